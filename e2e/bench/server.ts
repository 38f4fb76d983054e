import { spawn } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** `firstMs`: a model reads the picture before it says anything; by then its viewer has connected. */
const long = { count: 100, everyMs: 50, firstMs: 400 }
const short = { count: 3, everyMs: 30, firstMs: 100 }
let chunks = long
/** An upstream whose every chunk carries the time it was sent, in milliseconds of this process. */
const upstream = createServer((req, res) => {
  req.resume()
  req.on('end', () => {
    const { count, everyMs, firstMs } = chunks
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    let sent = 0
    const send = () => {
      const content = sent === 0 ? `<<${performance.now()}>>` : `${sent} <<${performance.now()}>>`
      res.write(
        `data: ${JSON.stringify({ choices: [{ delta: { reasoning_content: content }, finish_reason: null }] })}\n\n`,
      )
      sent += 1
      if (sent < count) return
      clearInterval(timer)
      res.end(`data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`)
    }
    let timer: NodeJS.Timeout | undefined
    setTimeout(() => {
      timer = setInterval(send, everyMs)
      send()
    }, firstMs)
  })
})

const listen = (server: ReturnType<typeof createServer>) =>
  new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))

function open(port: number, method: string, path: string, body?: unknown, cookie = ''): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(cookie && { cookie }) }
    const outgoing = request({ port, host: '127.0.0.1', method, path, headers, agent: false }, resolve)
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Delays in milliseconds of the first chunk and of all chunks, from sent to seen here. */
async function watch(stream: IncomingMessage): Promise<number[]> {
  const delays: number[] = []
  let rest = ''
  for await (const piece of stream) {
    rest += String(piece)
    for (const match of rest.matchAll(/<<([\d.]+)>>/g)) delays.push(performance.now() - Number(match[1]))
    rest = rest.slice(Math.max(rest.lastIndexOf('>>') + 2, rest.lastIndexOf('<<')))
  }
  return delays
}

const quantile = (values: number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * q)] ?? NaN

async function measure(label: string | undefined, runs: number, start: () => Promise<IncomingMessage>) {
  const results: number[][] = []
  await Promise.all(
    Array.from({ length: runs }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, (index * chunks.everyMs * 4) / runs))
      results.push(await watch(await start()))
    }),
  )
  if (label === undefined) return
  const first = results.map((delays) => delays[0] ?? NaN)
  const all = results.flat()
  const cells = [quantile(first, 0.5), quantile(first, 0.99), quantile(all, 0.5), quantile(all, 0.99)].map((ms) =>
    ms.toFixed(2),
  )
  console.log(`| ${label} | ${runs} | ${cells.join(' | ')} | ${all.length} of ${runs * chunks.count} |`)
}

const upstreamPort = await listen(upstream)
// The baseline: a bare pipe that parses and re-emits every event, nothing else.
const pipe = createServer((req, res) => {
  req.resume()
  void open(upstreamPort, 'POST', '/v1/chat/completions', {}).then(async (from) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    let rest = ''
    for await (const piece of from) {
      const frames = (rest + String(piece)).split('\n\n')
      rest = frames.pop() ?? ''
      for (const frame of frames)
        if (frame.startsWith('data: {')) res.write(`data: ${JSON.stringify(JSON.parse(frame.slice(6)))}\n\n`)
    }
    res.end()
  })
})
const pipePort = await listen(pipe)

const dir = mkdtempSync(join(tmpdir(), 'showwork-bench-'))
const app = spawn(process.execPath, ['dist/server/main.js'], {
  env: {
    PATH: process.env['PATH'] ?? '',
    PORT: '0',
    DATA_DIR: dir,
    MODEL_BASE_URL: `http://127.0.0.1:${upstreamPort}/v1`,
    SHUTDOWN_GRACE_S: '0',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
})
const appPort = await new Promise<number>((resolve) =>
  app.stdout.on('data', (data: Buffer) => {
    const port = /:(\d+)\s*$/.exec(data.toString())?.[1]
    if (port) resolve(Number(port))
  }),
)
async function startRun(): Promise<IncomingMessage> {
  const made = await open(appPort, 'POST', '/api/runs', { question: 'bench' })
  const cookie = made.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  let text = ''
  for await (const piece of made) text += String(piece)
  const { id } = JSON.parse(text) as { id: string }
  return await open(appPort, 'GET', `/api/runs/${id}/events?after=0`, undefined, cookie)
}

console.log('\n## Added delay (ms, from the upstream’s write to the viewer’s read)')
console.log('| through | runs at once | first chunk p50 | p99 | any chunk p50 | p99 | seen |')
console.log('| --- | --- | --- | --- | --- | --- | --- |')
// The first runs of a process are compiled as they go.
for (const start of [() => open(pipePort, 'POST', '/'), startRun]) await measure(undefined, 10, start)
for (const runs of [1, 20, 200]) {
  await measure('bare pipe', runs, () => open(pipePort, 'POST', '/'))
  await measure('ShowWork, journal on', runs, startRun)
}

console.log('\n## First chunk, one run after the other, by turns through both (ms)')
console.log('| through | runs | p50 | p90 | p99 |')
console.log('| --- | --- | --- | --- | --- |')
chunks = short
const turns = 200
const firsts = { pipe: [] as number[], app: [] as number[] }
for (let turn = 0; turn < turns; turn += 1) {
  firsts.pipe.push((await watch(await open(pipePort, 'POST', '/')))[0] ?? NaN)
  firsts.app.push((await watch(await startRun()))[0] ?? NaN)
}
// What it waits for in any case: the disk's word that the event is safe.
const disk: number[] = []
const file = openSync(join(dir, 'fdatasync'), 'w')
for (let turn = 0; turn < turns; turn += 1) {
  await new Promise((resolve) => setTimeout(resolve, 5))
  const startedAt = performance.now()
  writeSync(file, Buffer.alloc(4096))
  fdatasyncSync(file)
  disk.push(performance.now() - startedAt)
}
closeSync(file)
const toRow = (values: number[]) => [0.5, 0.9, 0.99].map((q) => quantile(values, q).toFixed(2)).join(' | ')
console.log(`| bare pipe | ${turns} | ${toRow(firsts.pipe)} |`)
console.log(`| ShowWork, journal on | ${turns} | ${toRow(firsts.app)} |`)
console.log(`| one fdatasync of this disk | ${turns} | ${toRow(disk)} |`)
const more = (q: number) => (quantile(firsts.app, q) - quantile(firsts.pipe, q)).toFixed(2)
console.log(`| ShowWork more than the pipe | | ${[0.5, 0.9, 0.99].map(more).join(' | ')} |`)

app.kill('SIGTERM')
await new Promise((resolve) => app.on('exit', resolve))
rmSync(dir, { recursive: true, force: true })
upstream.close()
pipe.close()
