import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunEvent } from '../src/shared/run/run.ts'
import { findPostgres, startPostgres } from '../src/tools/postgres.mjs'
import { expect, startApp, test } from './support/app.ts'
import { ask, readRun, watch } from './support/script.ts'

const bin = findPostgres()
// Where the tests must be whole, a missing service is a failure.
test.skip(bin === undefined && !process.env['REQUIRE_SERVICES'], 'There is no PostgreSQL here and none can be had.')

test('a database that goes away: said clearly, nothing is lost, and it goes on by itself', async ({ upstream }) => {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-away-'))
  const postgres = await startPostgres(bin ?? '')
  const env = { MODEL_BASE_URL: `${upstream.url}/v1`, DATABASE_URL: postgres.url() }
  const app = await startApp(dir, env)
  const { run, cookie } = await ask(app.url, 'A long one [[until-stopped]]')
  const seen: RunEvent[] = []
  const watching = watch(app.url, run.id, cookie, (event) => seen.push(event))
  await expect.poll(() => seen.length).toBeGreaterThan(5)

  await postgres.stop()
  await expect.poll(async () => (await fetch(`${app.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200)
  const body = JSON.stringify({ question: 'Now?' })
  const headers = { 'Content-Type': 'application/json', cookie }
  for (const [path, init] of [
    ['/api/runs', {}],
    ['/api/runs', { method: 'POST', body }],
    [`/api/runs/${run.id}/events`, {}],
    [`/api/shares/${run.id}`, {}],
  ] as const) {
    const refused = await fetch(`${app.url}${path}`, { headers, ...init })
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused.json()).toMatchObject({ code: 'database-away' })
  }
  const second = spawnSync(process.execPath, ['dist/server/main.js'], {
    env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: dir, ...env },
    encoding: 'utf8',
  })
  expect(second.status).toBe(1)
  expect(second.stderr).toMatch(/^The database at 127\.0\.0\.1:\d+\/postgres cannot be used \(.*ECONNREFUSED.*\)/)
  const before = seen.length
  await sleep(1_000)
  expect(seen.length).toBe(before)

  await postgres.start()
  await expect.poll(async () => (await fetch(`${app.url}/readyz`)).status).toBe(200)
  await expect.poll(() => seen.length).toBeGreaterThan(before + 3)
  expect((await fetch(`${app.url}/api/runs/${run.id}/stop`, { headers, method: 'POST' })).status).toBe(200)
  await watching
  expect(seen.at(-1)).toMatchObject({ type: 'finish', reason: 'stopped' })
  const saved = await readRun(app.url, run.id, cookie)
  const said = seen.map((event) => ('text' in event ? event.text : '')).join('')
  expect(saved.thinkingText).toBe(said)
  // What the model counts: no step of the time without a database is missing.
  const steps = Array.from(
    { length: 1_000 },
    (_, index) => `Step ${index + 1}: \\(x_{${index + 1}} = ${index + 1}\\). `,
  )
  expect(steps.join('').startsWith(said)).toBe(true)
  expect((await fetch(`${app.url}/api/runs`, { headers, method: 'POST', body })).status).toBe(201)
  await app.end('SIGTERM')
  await postgres.close()
  rmSync(dir, { recursive: true, force: true })
})
