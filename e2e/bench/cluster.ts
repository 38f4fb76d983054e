import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseSync } from '@photostructure/sqlite'
import pg from 'pg'
import { findPostgres, startPostgres, type StartedPostgres } from '../../src/tools/postgres.mjs'
import { serverCommand } from '../../src/tools/start.mjs'
import { end, readCpu, start, type Measured } from './processes.ts'
import { askRun, send } from './send.ts'

/** `name=number` arguments over what is usual here. */
const given = Object.fromEntries(process.argv.slice(3).map((argument) => argument.split('=')))
const runs = Number(given['runs'] ?? process.env['BENCH_RUNS'] ?? 1_000)
const seconds = Number(given['seconds'] ?? 30)
const wished = given['only']
// `durable=0`: without waiting for the disk, to see what the rest costs.
const everyMs = 50
/** Runs begin over this time; what is measured begins after it. */
const rampMs = Math.min(15_000, runs * 15)
const settleMs = 2_000
let chunks = Math.ceil((rampMs + settleMs + seconds * 1000) / everyMs)

/** An upstream that says in each chunk of which run it is, which it is, and when it was sent. */
let nextRun = 0
const upstream = createServer((req, res) => {
  req.resume()
  req.on('end', () => {
    const run = (nextRun += 1)
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    let sent = 0
    const timer = setInterval(() => {
      const content = `<<${run}.${sent}.${performance.now().toFixed(1)}>> and so on, `
      res.write(`data: {"choices":[{"delta":{"reasoning_content":"${content}"},"finish_reason":null}]}\n\n`)
      sent += 1
      if (sent < chunks) return
      clearInterval(timer)
      res.end(`data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`)
    }, everyMs)
    res.on('close', () => clearInterval(timer))
  })
})
const upstreamPort = await new Promise<number>((resolve) =>
  upstream.listen(0, '127.0.0.1', 4096, () => resolve((upstream.address() as AddressInfo).port)),
)

/** When each chunk was sent, and seen by viewers of the instance that makes it and of the other. */
type Seen = { own: Map<string, number>; other: Map<string, number>; delays: { own: number[]; other: number[] } }

function watch(stream: IncomingMessage, seen: Seen, whose: 'own' | 'other', isMeasured: () => boolean) {
  let rest = ''
  stream.setEncoding('latin1')
  stream.on('data', (piece: string) => {
    const now = performance.now()
    rest += piece
    let from = 0
    for (;;) {
      const opened = rest.indexOf('<<', from)
      const closed = opened === -1 ? -1 : rest.indexOf('>>', opened)
      if (closed === -1) break
      const [run, chunk, sentAt] = rest.slice(opened + 2, closed).split('.')
      if (isMeasured()) {
        seen[whose].set(`${run}.${chunk}`, now)
        seen.delays[whose].push(now - Number(sentAt))
      }
      from = closed + 2
    }
    rest = rest.slice(from)
  })
  return new Promise<void>((resolve) => {
    stream.on('end', resolve)
    stream.on('error', () => resolve())
  })
}

const quantiles = (values: number[]) => {
  const sorted = Float64Array.from(values).sort()
  const at = (q: number) => (sorted[Math.floor((sorted.length - 1) * q)] ?? NaN).toFixed(0)
  return sorted.length === 0 ? '–' : `${at(0.5)} · ${at(0.99)}`
}

/** Seconds of processor time of the postmaster and all it started, also of those that ended. */
function readPostgresCpu(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const ended = (Number(fields[13]) + Number(fields[14])) / 100
  const living = children.filter((child) => existsSync(`/proc/${child}/stat`)).map(Number)
  return readCpu([pid, ...living]) + ended
}

type Counts = { transactions: number; flushes: number; walBytes: number; commits: number }

async function countPostgres(postgres: StartedPostgres): Promise<Counts> {
  const client = new pg.Client({ connectionString: postgres.url() })
  await client.connect()
  // Sessions tell of what they did once a second or when they are idle.
  const { rows } = await client.query<Record<string, string>>(
    `select (select sum(xact_commit + xact_rollback) from pg_stat_database) as transactions, wal_sync as flushes,
       wal_bytes, (select coalesce(last_value, 0) from pg_sequences where sequencename = 'commits_id_seq') as commits
     from pg_stat_wal`,
  )
  await client.end()
  const [row] = rows
  return {
    transactions: Number(row?.['transactions']),
    flushes: Number(row?.['flushes']),
    walBytes: Number(row?.['wal_bytes']),
    commits: Number(row?.['commits'] ?? 0),
  }
}

function countSqlite(dir: string): Counts {
  const database = new DatabaseSync(join(dir, 'showwork.db'))
  const row = database.prepare(`select seq from sqlite_sequence where name = 'commits'`).get() as
    | { seq: number }
    | undefined
  database.close()
  return { transactions: NaN, flushes: NaN, walBytes: NaN, commits: row?.seq ?? 0 }
}

async function measure(label: string, instances: number, postgres?: StartedPostgres) {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-bench-'))
  const apps: Measured[] = []
  for (let index = 0; index < instances; index += 1) {
    apps.push(
      await start(process.execPath, serverCommand, {
        PORT: '0',
        DATA_DIR: postgres ? mkdtempSync(join(dir, 'data-')) : dir,
        MODEL_BASE_URL: `http://127.0.0.1:${upstreamPort}/v1`,
        SHUTDOWN_GRACE_S: '0',
        LOG_LEVEL: 'error',
        ...(postgres && { DATABASE_URL: postgres.url() }),
      }),
    )
  }
  const seen: Seen = { own: new Map(), other: new Map(), delays: { own: [], other: [] } }
  let isMeasured = false
  const count = async () => (postgres ? await countPostgres(postgres) : countSqlite(dir))
  const cpu = () => ({
    apps: apps.map((app) => readCpu(app.pids())),
    postgres: postgres ? readPostgresCpu(postgres.pid()) : NaN,
    load: process.cpuUsage(),
  })
  let failures = 0
  const all = Array.from({ length: runs }, async (_, index) => {
    await sleep((index * rampMs) / runs)
    const [own, other] = index % 2 === 0 ? apps : apps.toReversed()
    try {
      const { id, cookie } = await askRun(own?.port ?? 0)
      const path = `/api/runs/${id}/events?after=0`
      const streams = [
        watch(await send(own?.port ?? 0, 'GET', path, undefined, cookie), seen, 'own', () => isMeasured),
        ...(other
          ? [watch(await send(other.port, 'GET', path, undefined, cookie), seen, 'other', () => isMeasured)]
          : []),
      ]
      await Promise.all(streams)
    } catch (error) {
      failures += 1
      if (failures === 1) console.error(error)
    }
  })
  await sleep(rampMs + settleMs)
  const [before, cpuBefore, from] = [await count(), cpu(), performance.now()]
  isMeasured = true
  await sleep(seconds * 1000 - 2_000)
  isMeasured = false
  const [after, cpuAfter, to] = [await count(), cpu(), performance.now()]
  await Promise.all(all)
  const behind = [...seen.other].flatMap(([key, at]) => {
    const own = seen.own.get(key)
    return own === undefined ? [] : [at - own]
  })
  const passedS = (to - from) / 1000
  const perSecond = (value: number, digits = 0) => (Number.isNaN(value) ? '–' : (value / passedS).toFixed(digits))
  const load = cpuAfter.load.user + cpuAfter.load.system - cpuBefore.load.user - cpuBefore.load.system
  console.log(
    `| ${[
      label,
      runs - failures,
      quantiles(seen.delays.own),
      quantiles(seen.delays.other),
      quantiles(behind),
      apps.map((_, index) => perSecond((cpuAfter.apps[index] ?? 0) - (cpuBefore.apps[index] ?? 0), 2)).join(' + '),
      perSecond(cpuAfter.postgres - cpuBefore.postgres, 2),
      perSecond(load / 1e6, 2),
      perSecond(after.commits - before.commits),
      perSecond(after.transactions - before.transactions),
      perSecond(after.flushes - before.flushes),
      perSecond((after.walBytes - before.walBytes) / 1024),
      perSecond(seen.delays.own.length + seen.delays.other.length),
    ].join(' | ')} |`,
  )
  for (const app of apps) await end(app)
  rmSync(dir, { recursive: true, force: true })
}

/** What runs of sixty seconds and some 24 kB leave behind in Postgres, one by one. */
async function measureCost(postgres: StartedPostgres) {
  const many = 50
  const dir = mkdtempSync(join(tmpdir(), 'showwork-bench-'))
  const env = { PORT: '0', DATA_DIR: dir, MODEL_BASE_URL: `http://127.0.0.1:${upstreamPort}/v1`, LOG_LEVEL: 'error' }
  const app = await start(process.execPath, serverCommand, { ...env, DATABASE_URL: postgres.url() })
  chunks = 60 * (1000 / everyMs)
  const before = await countPostgres(postgres)
  await Promise.all(
    Array.from({ length: many }, async (_, index) => {
      await sleep(index * 20)
      const { id, cookie } = await askRun(app.port)
      const stream = await send(app.port, 'GET', `/api/runs/${id}/events?after=0`, undefined, cookie)
      for await (const _piece of stream);
    }),
  )
  await sleep(2_000)
  const after = await countPostgres(postgres)
  await end(app)
  const client = new pg.Client({ connectionString: postgres.url() })
  await client.connect()
  await client.query('vacuum full')
  const { rows } = await client.query<Record<string, string>>(
    `select pg_total_relation_size('runs') as size, sum(length(thinking_text) + length(answer_text)) as text,
       sum(length(timeline)) as timeline from runs`,
  )
  await client.end()
  rmSync(dir, { recursive: true, force: true })
  const kB = (value: unknown) => `${(Number(value) / many / 1024).toFixed(1)} kB`
  console.log(
    `\nOne of ${many} runs of 60 s: ${kB(rows[0]?.['text'])} of text and ${kB(rows[0]?.['timeline'])} of timeline, kept in ${kB(rows[0]?.['size'])} with indexes; ${kB(after.walBytes - before.walBytes)} of WAL, ${((after.flushes - before.flushes) / many).toFixed(1)} flushes.`,
  )
}

const bin = findPostgres()
if (bin === undefined) throw new Error('There is no PostgreSQL here and none can be had.')
console.log(
  `\n## Several instances (${runs} runs at once, ${1000 / everyMs} events a second each, delays p50 · p99 in ms)\n`,
)
console.log(
  '| instances | runs | own viewers | on the other instance | that one behind | cores of the instances | of Postgres | of the load | saves/s | transactions/s | flushes/s | WAL kB/s | events seen/s |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |')
for (const [label, instances, isPostgres] of [
  ['one on SQLite', 1, false],
  ['one on Postgres', 1, true],
  ['two on Postgres', 2, true],
] as const) {
  if (wished !== undefined && !label.startsWith(wished)) continue
  const postgres = isPostgres ? await startPostgres(bin, { isDurable: given['durable'] !== '0' }) : undefined
  await measure(label, instances, postgres)
  await postgres?.close()
}
if (wished === undefined || wished === 'cost') {
  const postgres = await startPostgres(bin, { isDurable: true })
  await measureCost(postgres)
  await postgres.close()
}
upstream.close()
upstream.closeAllConnections()
