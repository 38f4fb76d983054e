import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { chromium, type CDPSession } from 'playwright'
import { build, preview } from 'vite'

type Streamed = { frames: number; slowFrames: number; lastToPainted: number; seconds: number }
type Opened = { endSeen: number; complete: number }

const root = join(process.cwd(), 'e2e/bench/contenders')
const outDir = join(process.cwd(), 'test-results/render-bench')
const names = (process.env['CONTENDERS'] ?? 'ours,streamdown,naive,pre').split(',')

// The page of the bench has all of them, whichever are asked for.
if (!existsSync(join(root, 'node_modules'))) {
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'], {
    cwd: root,
    stdio: 'inherit',
  })
}
// The runner of this file has set it to development, where React is slow.
process.env['NODE_ENV'] = 'production'
await build({
  root,
  mode: 'production',
  configFile: false,
  logLevel: 'error',
  plugins: [react()],
  resolve: { dedupe: ['react', 'react-dom'] },
  build: { outDir, emptyOutDir: true },
})
const server = await preview({ root, configFile: false, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } })
const url = server.resolvedUrls?.local[0] ?? ''
const executablePath = process.env['CHROMIUM_PATH']
const browser = await chromium.launch({
  ...(executablePath && { executablePath }),
  args: ['--no-sandbox', '--disable-gpu', '--js-flags=--expose-gc', '--enable-precise-memory-info'],
})

let started = 0

async function readTaskMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
}

async function withPage<T>(use: (evaluate: <R>(expression: string) => Promise<R>, session: CDPSession) => Promise<T>) {
  const page = await browser.newPage({ viewport: { width: 900, height: 800 } })
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' })
  await session.send('Performance.enable')
  await page.exposeFunction('startCount', async () => {
    started = await readTaskMs(session)
  })
  await page.addInitScript(() => {
    const tasks: [number, number][] = []
    Object.assign(globalThis, { tasks })
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) tasks.push([startTime, duration])
    }).observe({ type: 'longtask', buffered: true })
  })
  await page.goto(url)
  await page.waitForFunction(() => 'bench' in globalThis)
  const evaluate = async <R>(expression: string) => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value as R
  }
  const result = await use(evaluate, session)
  await page.close()
  return result
}

/** The longest task since the mark, in ms; 0 where none was over 50. */
const longestTask = `(() => {
  const from = performance.getEntriesByName('measured-from')[0]?.startTime ?? 0
  return Math.max(0, ...tasks.filter(([start]) => start >= from).map(([, duration]) => duration))
})()`

const measureStream = (name: string, above: number, tokens: number, rate: number) =>
  withPage(async (evaluate, session) => {
    const streamed = await evaluate<Streamed>(`bench.stream('${name}', ${above}, ${tokens}, ${rate})`)
    const perToken = ((await readTaskMs(session)) - started) / tokens
    const longest = await evaluate<number>(longestTask)
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    return { ...streamed, perToken, longest, heapMb: usedSize / 1e6 }
  })

const measureOpen = (name: string, chars: number) =>
  withPage(async (evaluate) => {
    const opened = await evaluate<Opened>(`bench.open('${name}', ${chars})`)
    return { ...opened, longest: await evaluate<number>(longestTask) }
  })

const cell = (value: number, digits = 1) => value.toFixed(digits)
console.log('\n## Streaming (main-thread ms per token of 4 characters; longest task 0 means none over 50 ms)\n')
console.log(
  '| renderer | above | tokens/s | ms per token | longest task | frames > 50 ms | last chunk to painted | heap MB |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |')
const sizes = (process.env['SIZES'] ?? '4,32,300').split(',').map(Number)
const rates = (process.env['RATES'] ?? '200,1000,0').split(',').map(Number)
for (const kb of sizes) {
  for (const rate of rates) {
    for (const name of names) {
      const tokens = rate === 0 ? 1_000 : Math.min(rate * 8, 4_000)
      const row = await measureStream(name, kb * 1000, tokens, rate)
      console.log(
        `| ${name} | ${kb} kB | ${rate === 0 ? 'as fast as it goes' : rate} | ${cell(row.perToken, 2)} | ${cell(row.longest, 0)} | ${row.slowFrames} of ${row.frames} | ${cell(row.lastToPainted, 0)} ms | ${cell(row.heapMb, 0)} |`,
      )
    }
  }
}
console.log(
  '\n## Opening a stored text of 300 kB\n\n| renderer | end seen | complete | longest task |\n| --- | --- | --- | --- |',
)
for (const name of names) {
  const { endSeen, complete, longest } = await measureOpen(name, 300_000)
  console.log(`| ${name} | ${cell(endSeen, 0)} ms | ${cell(complete, 0)} ms | ${cell(longest, 0)} |`)
}
await browser.close()
await server.close()
