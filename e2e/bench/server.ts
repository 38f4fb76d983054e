import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findNginx } from '../../src/tools/find-program.mjs'
import { startNginx } from '../support/nginx.ts'
import { serverCommand } from '../../src/tools/start.mjs'
import { end, readCpu, readLag, readMemory, start } from './processes.ts'
import { askRun, send } from './send.ts'

/** `name=number` arguments over what is usual here. */
const given = Object.fromEntries(process.argv.slice(3).map((argument) => argument.split('=')))
const seconds = Number(given['seconds'] ?? 30)
const sizes = String(given['runs'] ?? '1,100,1000')
  .split(',')
  .map(Number)
const everyMs = 50
const usual = seconds * (1000 / everyMs)
const warmUp = { runs: 200, chunks: 10 * (1000 / everyMs) }
/** A model reads the picture before it says anything; by then its viewer has connected. */
let firstMs = 1_500
let chunks = warmUp.chunks

/** An upstream whose every chunk carries the time it was sent, in milliseconds of this process. */
const upstream = createServer((req, res) => {
  req.resume()
  req.on('end', () => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    let sent = 0
    const write = () => {
      const content = `${sent} <<${performance.now().toFixed(3)}>>`
      res.write(`data: {"choices":[{"delta":{"reasoning_content":"${content}"},"finish_reason":null}]}\n\n`)
      sent += 1
      if (sent < chunks) return
      clearInterval(timer)
      res.end(`data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`)
    }
    let timer: NodeJS.Timeout | undefined
    setTimeout(() => {
      timer = setInterval(write, everyMs)
      write()
    }, firstMs)
  })
})
const upstreamPort = await new Promise<number>((resolve) =>
  upstream.listen(0, '127.0.0.1', 4096, () => resolve((upstream.address() as AddressInfo).port)),
)

/** Delays in milliseconds from sent to seen here; the first chunk's apart. */
function watch(stream: IncomingMessage, first: number[], all: number[]): Promise<void> {
  let rest = ''
  let isFirst = true
  stream.setEncoding('latin1')
  stream.on('data', (piece: string) => {
    const now = performance.now()
    rest += piece
    let from = 0
    for (;;) {
      const opened = rest.indexOf('<<', from)
      const closed = opened === -1 ? -1 : rest.indexOf('>>', opened)
      if (closed === -1) break
      const delay = now - Number(rest.slice(opened + 2, closed))
      if (isFirst) first.push(delay)
      isFirst = false
      all.push(delay)
      from = closed + 2
    }
    rest = rest.slice(from)
  })
  return new Promise((resolve, reject) => {
    stream.on('end', resolve)
    stream.on('error', reject)
  })
}

const quantile = (sorted: number[], q: number) => sorted[Math.floor((sorted.length - 1) * q)] ?? NaN
const ms = (value: number) => value.toFixed(2)

type Path = {
  label: string
  begin: () => Promise<IncomingMessage>
  pids: () => number[]
  lag?: () => Promise<{ lagP99: number; lagMax: number }>
}

async function measure({ label, begin, pids, lag }: Path, runs: number, isShown: boolean) {
  const first: number[] = []
  const all: number[] = []
  await lag?.()
  const memoryBefore = pids().length > 0 ? readMemory(pids()) : 0
  const cpuBefore = readCpu(pids())
  let memory = 0
  const sample = setInterval(() => {
    memory = Math.max(memory, pids().length > 0 ? readMemory(pids()) : 0)
  }, 500)
  await Promise.all(
    Array.from({ length: runs }, async (_, index) => {
      await sleep((index * Math.min(5_000, runs * 10)) / runs)
      await watch(await begin(), first, all)
    }),
  )
  clearInterval(sample)
  const cpu = readCpu(pids()) - cpuBefore
  const lagged = await lag?.()
  if (!isShown) return
  const sortedFirst = first.toSorted((a, b) => a - b)
  const sortedAll = Float64Array.from(all).sort()
  const at = (q: number) => sortedAll[Math.floor((sortedAll.length - 1) * q)] ?? NaN
  const hasProcess = pids().length > 0
  console.log(
    `| ${[
      label,
      runs,
      ms(quantile(sortedFirst, 0.5)),
      ms(quantile(sortedFirst, 0.99)),
      ms(at(0.5)),
      ms(at(0.99)),
      hasProcess ? ((cpu / all.length) * 1e6).toFixed(0) : '–',
      hasProcess ? memory.toFixed(0) : '–',
      hasProcess ? (((memory - memoryBefore) / runs) * 1000).toFixed(0) : '–',
      lagged ? `${lagged.lagP99.toFixed(0)} (${lagged.lagMax.toFixed(0)})` : '–',
      `${all.length} of ${runs * chunks}`,
    ].join(' | ')} |`,
  )
}

const dir = mkdtempSync(join(tmpdir(), 'showwork-bench-'))
const pipe = await start(process.execPath, ['e2e/bench/pipe.mjs', String(upstreamPort)])
const app = await start(process.execPath, ['--import', './e2e/bench/watch-lag.mjs', ...serverCommand], {
  PORT: '0',
  DATA_DIR: dir,
  MODEL_BASE_URL: `http://127.0.0.1:${upstreamPort}/v1`,
  SHUTDOWN_GRACE_S: '0',
})
const binary = findNginx()
const nginx =
  binary === undefined
    ? undefined
    : await startNginx(binary, upstreamPort, { location: 'proxy_buffering off; proxy_http_version 1.1;' })

async function beginRun(): Promise<IncomingMessage> {
  const { id, cookie } = await askRun(app.port)
  return await send(app.port, 'GET', `/api/runs/${id}/events?after=0`, undefined, cookie)
}

const paths: Path[] = [
  { label: 'direct', begin: () => send(upstreamPort, 'POST', '/v1/chat/completions', {}), pids: () => [] },
  { label: 'bare pipe', begin: () => send(pipe.port, 'POST', '/', {}), pids: pipe.pids },
  ...(nginx
    ? [{ label: 'nginx', begin: () => send(nginx.port, 'POST', '/v1/chat/completions', {}), pids: nginx.pids }]
    : []),
  { label: 'ShowWork, journal on', begin: beginRun, pids: app.pids, lag: () => readLag(app) },
]

console.log(
  `\n## Streams (${seconds} s of 20 events a second each; delays in ms from the upstream’s write to the viewer’s read)\n`,
)
console.log(
  '| through | runs at once | first chunk p50 | p99 | any chunk p50 | p99 | CPU s per million chunks | peak MB | MB more per 1,000 streams | event-loop lag p99 (max) | seen |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |')
const wished = given['only']
const measured = paths.filter(({ label }) => wished === undefined || label.startsWith(wished))
// The first runs of a process are compiled as they go.
for (const path of measured) await measure(path, warmUp.runs, false)
chunks = usual
for (const runs of sizes) for (const path of measured) await measure(path, runs, true)

async function takeTurns() {
  console.log('\n## First chunk, one run after the other, by turns through both (ms)\n')
  console.log('| through | runs | p50 | p90 | p99 |')
  console.log('| --- | --- | --- | --- | --- |')
  chunks = 3
  firstMs = 100
  const turns = 200
  const firsts = { pipe: [] as number[], app: [] as number[] }
  for (let turn = 0; turn < turns; turn += 1) {
    await watch(await send(pipe.port, 'POST', '/', {}), firsts.pipe, [])
    await watch(await beginRun(), firsts.app, [])
  }
  // What it waits for in any case: the disk's word that the event is safe.
  const disk: number[] = []
  const file = openSync(join(dir, 'fdatasync'), 'w')
  for (let turn = 0; turn < turns; turn += 1) {
    await sleep(5)
    const startedAt = performance.now()
    writeSync(file, Buffer.alloc(4096))
    fdatasyncSync(file)
    disk.push(performance.now() - startedAt)
  }
  closeSync(file)
  const sorted = (values: number[]) => values.toSorted((a, b) => a - b)
  const toRow = (values: number[]) => [0.5, 0.9, 0.99].map((q) => ms(quantile(sorted(values), q))).join(' | ')
  console.log(`| bare pipe | ${turns} | ${toRow(firsts.pipe)} |`)
  console.log(`| ShowWork, journal on | ${turns} | ${toRow(firsts.app)} |`)
  console.log(`| one fdatasync of this disk | ${turns} | ${toRow(disk)} |`)
  const more = (q: number) => ms(quantile(sorted(firsts.app), q) - quantile(sorted(firsts.pipe), q))
  console.log(`| ShowWork more than the pipe | | ${[0.5, 0.9, 0.99].map(more).join(' | ')} |`)
}
if (wished === undefined) await takeTurns()

await end(app)
await end(pipe)
await nginx?.close()
upstream.close()
upstream.closeAllConnections()
rmSync(dir, { recursive: true, force: true })
