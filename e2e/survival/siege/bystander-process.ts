import { startBystander } from './bystander.ts'
import { prioritise } from './memory-limit.ts'
import type { FromOthers, ToOthers } from './others.ts'
import { startSiegeUpstream } from './upstream.ts'

/** The other visitors and the model service in a process of their own, so that the attackers' work delays neither. */
prioritise(0, -10)
const upstream = await startSiegeUpstream()
let bystander: Awaited<ReturnType<typeof startBystander>> | undefined

const tell = (message: FromOthers) => void process.send?.(message)

async function take(message: ToOthers) {
  if (message.type === 'start') {
    bystander = await startBystander(message.url, message.seed)
    tell({ type: 'started' })
  } else if (message.type === 'mourn') bystander?.mourn()
  else if (bystander) tell({ type: 'report', report: await bystander.end(message.url) })
}
process.on('message', (message) => void take(message as ToOthers))
process.on('disconnect', () => process.exit(0))
tell({ type: 'upstream', url: upstream.url })
// Whoever imports this would go on to its own end.
await new Promise(() => {})
