// Preloaded into a measured server: tells the event loop's lag since it was last asked.
import { monitorEventLoopDelay } from 'node:perf_hooks'

const lag = monitorEventLoopDelay({ resolution: 5 })
lag.enable()
process.on('message', () => {
  process.send?.({ lagP99: lag.percentile(99) / 1e6, lagMax: lag.max / 1e6 })
  lag.reset()
})
process.channel?.unref()
