import { createHash, randomBytes } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseSync } from '@photostructure/sqlite'
import { toPieces } from './answers.ts'
import { end, readCpu, start } from './processes.ts'

/** Side by side with another checkout that is built: `BASELINE=../before npm run bench -- history`. */
const baseline = process.env['BASELINE']
const rounds = Number(process.env['ROUNDS'] ?? 3)
const count = Number(process.env['RUNS'] ?? 10_000)
const roots = [...(baseline === undefined ? [] : [resolve(baseline)]), process.cwd()]
const toName = (root: string) => execFileSync('git', ['-C', root, 'describe', '--always', '--dirty']).toString().trim()

const token = randomBytes(16).toString('base64url')
const headers = { cookie: `visitor=${token}` }
const serve = (root: string, dataDir: string) =>
  start(process.execPath, [join(root, 'dist/server/main.js')], {
    PORT: '0',
    DATA_DIR: dataDir,
    MODEL_BASE_URL: 'http://127.0.0.1:9/v1',
    SHUTDOWN_GRACE_S: '0',
  })

/** A history as versions left it that had no search: 2 to 4 kB of thinking and answer each, one run to a conversation. */
async function createHistory(dir: string) {
  // Any server makes the tables.
  await end(await serve(roots[0] ?? '.', dir))
  const database = new DatabaseSync(join(dir, 'showwork.db'))
  const insert = database.prepare(
    `insert into runs (id, visitor, question, media, model, thinking, body_hash, created_at, result, thinking_text, answer_text, timeline, conversation)
     values (?, ?, ?, '[]', 'fake', '{"enabled":true}', '', ?, '{"status":"finished","finish":"stop","lastSeq":3}', ?, ?, '', ?)`,
  )
  const visitor = createHash('sha256').update(token).digest('hex')
  database.exec('begin')
  for (let n = 0; n < count; n += 1) {
    const { thinking, answer } = toPieces(1_200, 1_200)
    const id = `run-${n}`
    const answerText = `${answer.join('')}${n === 3 ? 'zyzzyva' : ''}`
    insert.run(id, visitor, `Question ${n}`, 1_700_000_000_000 + n * 1_000, thinking.join(''), answerText, id)
  }
  database.exec('commit')
  database.close()
}

const made = mkdtempSync(join(tmpdir(), 'showwork-bench-'))
await createHistory(made)

const values = new Map<string, number[][]>()
const note = (what: string, index: number, value: number) => {
  const row = values.get(what) ?? roots.map(() => [])
  row[index]?.push(value)
  values.set(what, row)
}

async function measure(root: string, index: number) {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-bench-'))
  cpSync(made, dir, { recursive: true })
  const app = await serve(root, dir)
  const get = async (query: string) => {
    const startedAt = performance.now()
    const answer = await fetch(`http://127.0.0.1:${app.port}/api/runs?q=${query}`, { headers })
    const { items } = (await answer.json()) as { items: unknown[] }
    return { ms: performance.now() - startedAt, found: items.length }
  }
  note('the list, first time, ms', index, (await get('')).ms)
  // Whatever the server does by itself after a start.
  let cpu = NaN
  for (let before = -1; cpu !== before;) {
    before = readCpu(app.pids())
    await sleep(2_000)
    cpu = readCpu(app.pids())
  }
  note('processor before the first search, s', index, cpu)
  for (const [what, query] of [
    ['very first search, in the oldest of all', 'zyzzyva'],
    ['again', 'zyzzyva'],
    ['what is nowhere', 'quixotry'],
    ['what is everywhere', 'triangle'],
  ] as const) {
    const { ms, found } = await get(query)
    note(`${what}, ms`, index, ms)
    note(`${what}, found`, index, found)
  }
  await end(app)
  rmSync(dir, { recursive: true, force: true })
}
for (let round = 0; round < rounds; round += 1) for (const [index, root] of roots.entries()) await measure(root, index)
rmSync(made, { recursive: true, force: true })

const toCell = (taken: number[]) => {
  const sorted = taken.toSorted((a, b) => a - b)
  const [median = NaN, worst = NaN] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)]
  return `${median.toFixed(1)} (${worst.toFixed(1)})`
}
console.log(`\n## A history of ${count} runs: median (worst) of ${rounds} rounds by turns\n`)
console.log(`| | ${roots.map(toName).join(' | ')} |`)
console.log(`| --- |${' --- |'.repeat(roots.length)}`)
for (const [what, row] of values) console.log(`| ${what} | ${row.map(toCell).join(' | ')} |`)
