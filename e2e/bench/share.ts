import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Browser } from 'playwright'
import { serverCommand } from '../../src/tools/start.mjs'
import { ending, toChunk, toPieces } from './answers.ts'

/** Under load the server has one core to itself and this process the other. */
const hasTaskset = existsSync('/usr/bin/taskset')
function runOn(cores: string) {
  if (hasTaskset) execFileSync('taskset', ['-acp', cores, String(process.pid)], { stdio: 'ignore' })
}

const viewers = Number(process.env['VIEWERS'] ?? 2_000)
const live = { everyMs: 50, forMs: 20_000 }
const sizes = { '4 kB': 4_000, '300 kB': 300_000 }
/** Thinking and answer of about this many characters together. */
const toShared = (chars: number) => {
  const answerChars = Math.min(9_000, chars / 3)
  return toPieces(chars - answerChars, answerChars)
}

/** `[[n]]` in the question: so many characters at once; `[[live]]`: time stamps for a while, once all are watching. */
let startLive = () => {}
const upstream = createServer((req, res) => {
  let body = ''
  req.on('data', (data: Buffer) => (body += data.toString()))
  req.on('end', () => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    const wished = /\[\[(\w+)\]\]/.exec(body)?.[1] ?? ''
    if (wished !== 'live') {
      const pieces = toShared(Number(wished))
      for (const text of pieces.thinking) res.write(toChunk({ reasoning_content: text }))
      for (const text of pieces.answer) res.write(toChunk({ content: text }))
      res.end(ending)
      return
    }
    res.write(toChunk({ reasoning_content: 'The beginning. ' }))
    startLive = () => {
      const timer = setInterval(
        () => res.write(toChunk({ reasoning_content: `so <<${performance.now()}>> and ` })),
        live.everyMs,
      )
      setTimeout(() => {
        clearInterval(timer)
        res.end(ending)
      }, live.forMs)
    }
  })
})
await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))

const dir = mkdtempSync(join(tmpdir(), 'showwork-bench-'))
const command = [process.execPath, ...serverCommand]
const [program = '', ...args] = hasTaskset ? ['taskset', '-c', '0', ...command] : command
const app = spawn(program, args, {
  env: {
    PATH: process.env['PATH'] ?? '',
    PORT: '0',
    DATA_DIR: dir,
    MODEL_BASE_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`,
    SHUTDOWN_GRACE_S: '0',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const port = await new Promise<number>((resolve) =>
  app.stdout.on('data', (data: Buffer) => {
    const found = /:(\d+)\s*$/.exec(data.toString())?.[1]
    if (found) resolve(Number(found))
  }),
)
const base = `http://127.0.0.1:${port}`
const pid = app.pid ?? 0
const cpuMs = () => {
  const parts = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(parts[11]) + Number(parts[12])) * 10
}
const peakMb = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000
const quantile = (values: number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * q)] ?? NaN

const agent = new Agent({ keepAlive: true, maxSockets: 64 })
function get(path: string, reuse: Agent | false = agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { port, host: '127.0.0.1', path, agent: reuse, headers: { 'accept-encoding': 'gzip' } },
      resolve,
    )
    outgoing.on('error', reject)
    outgoing.end()
  })
}
async function drain(response: IncomingMessage): Promise<number> {
  let bytes = 0
  for await (const piece of response) bytes += (piece as Buffer).byteLength
  return bytes
}

/** A shared run; resolves once it ended, unless it is a live one. */
async function share(wished: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const question = `How is this done? [[${wished}]]`
  const made = await fetch(`${base}/api/runs`, { method: 'POST', headers, body: JSON.stringify({ question }) })
  const { id } = (await made.json()) as { id: string }
  const cookie = made.headers.get('set-cookie')?.split(';')[0] ?? ''
  if (wished !== 'live') await (await fetch(`${base}/api/runs/${id}/events`, { headers: { cookie } })).text()
  const shared = await fetch(`${base}/api/runs/${id}/shares`, {
    method: 'POST',
    headers: { ...headers, cookie },
    body: '{}',
  })
  return ((await shared.json()) as { id: string }).id
}

async function timeToFirstByte(path: string): Promise<number> {
  const startedAt = performance.now()
  const response = await get(path)
  await new Promise((resolve) => response.once('readable', resolve))
  const took = performance.now() - startedAt
  await drain(response)
  return took
}

/** And how many milliseconds of the server's time each took. */
async function requestsPerSecond(path: string, forMs = 5_000): Promise<{ perSecond: number; ms: number }> {
  let done = 0
  const cpuBefore = cpuMs()
  const until = performance.now() + forMs
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (performance.now() < until) {
        await drain(await get(path))
        done += 1
      }
    }),
  )
  return { perSecond: (done * 1_000) / forMs, ms: (cpuMs() - cpuBefore) / done }
}

/** Until question and the first screen of the answer stand there, over a slow line on a slow phone. */
async function timeToReadable(browser: Browser, path: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 390, height: 800 } })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  const bytesPerSecond = 1_600_000 / 8
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  })
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  await page.addInitScript(() => {
    const look = () => {
      const last = document.querySelector('section[aria-label="Answer"] .md-block:last-child')
      const isFull =
        (document.querySelector('section[aria-label="Answer"]')?.getBoundingClientRect().bottom ?? 0) > innerHeight
      const isStyled = document.styleSheets.length > 0 && getComputedStyle(document.body).lineHeight !== 'normal'
      if (document.querySelector('h1') && isStyled && (isFull || (last && document.readyState !== 'loading')))
        requestAnimationFrame(() => Object.assign(window, { readableAt: performance.now() }))
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await page.goto(`${base}${path}`, { waitUntil: 'commit' })
  const handle = await page.waitForFunction(() => (window as unknown as { readableAt?: number }).readableAt)
  const took = (await handle.jsonValue()) ?? NaN
  await context.close()
  return took
}

console.log('\n## Share pages (one core for the server, the other for the load)')
console.log(
  '| stored run | first byte cold, ms | median | p99 | readable, ms | pages a second | CPU ms each | views a second | CPU ms each | page, kB gzip |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |')
const ids = new Map<string, string>()
for (const [name, chars] of Object.entries(sizes)) ids.set(name, await share(String(chars)))
// What is compiled and rendered only once is not what is measured.
await drain(await get(`/s/${await share('500')}`))

const executablePath = process.env['CHROMIUM_PATH'] ?? ''
const browser = await chromium.launch({
  args: ['--no-sandbox', '--disable-gpu'],
  ...(existsSync(executablePath) && { executablePath }),
})
const cold = new Map<string, number>()
const readable = new Map<string, number>()
for (const [name, id] of ids) {
  cold.set(name, await timeToFirstByte(`/s/${id}`))
  await timeToReadable(browser, `/s/${id}`)
  const took: number[] = []
  for (let index = 0; index < 7; index += 1) took.push(await timeToReadable(browser, `/s/${id}`))
  readable.set(name, quantile(took, 0.5))
}
await browser.close()

runOn('1')
await requestsPerSecond(`/s/${ids.get('4 kB') ?? ''}`, 2_000)
for (const [name, id] of ids) {
  const warm: number[] = []
  for (let index = 0; index < 200; index += 1) warm.push(await timeToFirstByte(`/s/${id}`))
  const pages = await requestsPerSecond(`/s/${id}`)
  const views = await requestsPerSecond(`/api/shares/${id}`)
  const bytes = await drain(await get(`/s/${id}`))
  const cells = [cold.get(name) ?? NaN, quantile(warm, 0.5), quantile(warm, 0.99), readable.get(name) ?? NaN].map(
    (ms) => ms.toFixed(1),
  )
  console.log(
    `| ${name} | ${cells.join(' | ')} | ${pages.perSecond.toFixed(0)} | ${pages.ms.toFixed(2)} | ${views.perSecond.toFixed(0)} | ${views.ms.toFixed(2)} | ${(bytes / 1000).toFixed(1)} |`,
  )
}

const id = await share('live')
const delays: number[] = []
let events = 0
let ended = 0
const opened = await Promise.all(
  Array.from({ length: viewers }, async (_, index) => {
    await sleep(index * 2)
    return await get(`/api/shares/${id}/events?after=1`, false)
  }),
)
const watching = opened.map(async (response) => {
  for await (const piece of response) {
    const text = String(piece)
    const now = performance.now()
    const stamps = text.match(/<<[\d.]+>>/g) ?? []
    events += stamps.length
    // Of what came together the first has waited longest.
    if (stamps[0]) delays.push(now - Number(stamps[0].slice(2, -2)))
    if (text.includes('"type":"finish"')) ended += 1
  }
})
const [cpuBefore, startedAt] = [cpuMs(), performance.now()]
startLive()
await Promise.all(watching)
const seconds = (performance.now() - startedAt) / 1_000
const expected = viewers * Math.floor(live.forMs / live.everyMs)
console.log(`\n## ${viewers} viewers of one live run, ${1000 / live.everyMs} events a second, ${seconds.toFixed(0)} s`)
console.log('| delay p50, ms | p99 | max | cores | peak memory, MB | seen to the end | events |')
console.log('| --- | --- | --- | --- | --- | --- | --- |')
const cells = [quantile(delays, 0.5), quantile(delays, 0.99), quantile(delays, 1)].map((ms) => ms.toFixed(0))
console.log(
  `| ${cells.join(' | ')} | ${((cpuMs() - cpuBefore) / 1_000 / seconds).toFixed(2)} | ${peakMb().toFixed(0)} | ${ended} of ${viewers} | ${events} of about ${expected} |`,
)

app.kill('SIGTERM')
await new Promise((resolve) => app.on('exit', resolve))
rmSync(dir, { recursive: true, force: true })
upstream.closeAllConnections()
upstream.close()
