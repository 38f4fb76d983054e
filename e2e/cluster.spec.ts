import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Run, RunEvent } from '../src/shared/run/run.ts'
import type { Share } from '../src/shared/share.ts'
import { findPostgres, startPostgres, type StartedPostgres } from '../src/tools/postgres.mjs'
import { expect, startApp, test as base } from './support/app.ts'
import { ask, watch } from './support/script.ts'
import { checkCluster, type Blow } from './survival/cluster.ts'
import { checkDelivery } from './survival/deliver.ts'
import { checkRestart } from './survival/restart.ts'

const bin = findPostgres()

/** One Postgres for each test; every instance has a folder of its own. */
const test = base.extend<{
  postgres: StartedPostgres
  start: (modelUrl: string, env?: Record<string, string>) => ReturnType<typeof startApp>
}>({
  // oxlint-disable-next-line no-empty-pattern
  postgres: async ({}, use) => {
    const postgres = await startPostgres(bin ?? '')
    await use(postgres)
    await postgres.close()
  },
  start: async ({ postgres }, use) => {
    const dir = mkdtempSync(join(tmpdir(), 'showwork-cluster-'))
    await use((modelUrl, env) =>
      startApp(mkdtempSync(join(dir, 'data-')), {
        MODEL_BASE_URL: `${modelUrl}/v1`,
        DATABASE_URL: postgres.url(),
        ...env,
      }),
    )
    rmSync(dir, { recursive: true, force: true })
  },
})

// Where the tests must be whole, a missing service is a failure.
test.skip(bin === undefined && !process.env['REQUIRE_SERVICES'], 'There is no PostgreSQL here and none can be had.')

async function query(postgres: StartedPostgres, sql: string) {
  const client = new pg.Client({ connectionString: postgres.url() })
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(sql)
  await client.end()
  return rows
}

test('two instances: killed producer, killed follower, killed database, and nothing that was shown is lost', async ({
  postgres,
  start,
}) => {
  test.slow()
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
  const blows: Blow[] = ['follower', 'database', 'producer']
  const result = await checkCluster(start, postgres, { blows, runs: 15, seed }).catch((error: unknown) => {
    throw new Error(`SEED=${seed}: ${String(error)}`)
  })
  expect(result.interrupted).toBeGreaterThan(3)
  expect(result.finished).toBeGreaterThan(15)
  expect(result.slowestMs).toBeLessThan(15_000)
  expect(await query(postgres, 'select count(*)::int as rest from commits')).toEqual([{ rest: 0 }])
  expect(await query(postgres, 'select count(*)::int as rest from runs where owner is not null')).toEqual([{ rest: 0 }])
  expect(await query(postgres, 'select count(*)::int as rest from instances')).toEqual([{ rest: 0 }])
})

test('made on one instance and followed on the other over a network that cuts: all of it, exactly', async ({
  start,
}) => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
  const both = async (modelUrl: string) => {
    const [producer, follower] = await Promise.all([start(modelUrl), start(modelUrl)])
    const end = async () => void (await Promise.all([producer.end('SIGTERM'), follower.end('SIGTERM')]))
    return { url: producer.url, followUrl: follower.url, end }
  }
  const result = await checkDelivery(both, { runs: 30, atOnce: 30, seed }).catch((error: unknown) => {
    throw new Error(`SEED=${seed}: ${String(error)}`)
  })
  expect(result.cutsToPage).toBeGreaterThan(5)
  expect(result.ends['stop']).toBeGreaterThan(5)
})

test('a database that is started anew under those who ask: each question is asked once, ends, and loses nothing', async ({
  postgres,
  start,
}) => {
  test.slow()
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
  const result = await checkRestart(start, postgres, { clients: 10, restarts: 2, seed }).catch((error: unknown) => {
    throw new Error(`SEED=${seed}: ${String(error)}`)
  })
  // How many end by themselves is chance: that some did is what matters.
  expect(result.ends['stop']).toBeGreaterThan(3)
  expect(await query(postgres, 'select count(*)::int as rest from runs where owner is not null')).toEqual([{ rest: 0 }])
})

test('any instance serves any request: a key, a limit, a stop and a revoked link hold on both', async ({
  start,
  upstream,
}) => {
  const limit = { VISITOR_RUNS_AT_ONCE: '2' }
  const [here, there] = await Promise.all([start(upstream.url, limit), start(upstream.url, limit)])
  const { run, cookie } = await ask(here.url, 'Go on [[until-stopped]]')
  const send = async (app: { url: string }, method: string, path: string, body?: object) =>
    await fetch(`${app.url}${path}`, {
      method,
      headers: { cookie, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })

  const question = { question: `Once [[until-stopped]] ${crypto.randomUUID()}`, key: 'once' }
  const replies = await Promise.all(
    Array.from({ length: 12 }, (_, index) => send(index % 2 ? here : there, 'POST', '/api/runs', question)),
  )
  expect(replies.map(({ status }) => status).toSorted()).toEqual([...Array<number>(11).fill(200), 201])
  const [once, ...others] = await Promise.all(replies.map(async (reply) => (await reply.json()) as Run))
  expect(new Set(others.map(({ id }) => id))).toEqual(new Set([once?.id]))
  expect(upstream.requests.filter(({ body }) => JSON.stringify(body ?? '').includes(question.question))).toHaveLength(1)
  for (const app of [here, there]) {
    const refused = await send(app, 'POST', '/api/runs', { question: 'A third' })
    expect(await refused.json()).toMatchObject({ status: 429, code: 'runs-at-once' })
  }

  const share = (await (await send(here, 'POST', `/api/runs/${run.id}/shares`, {})).json()) as Share
  const shown: string[] = []
  const stream = await fetch(`${there.url}/api/shares/${share.id}/events`)
  const over = (async () => {
    for await (const piece of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) shown.push(piece)
  })()
  await expect.poll(() => shown.join('')).toContain('thinking-delta')
  expect((await send(here, 'DELETE', `/api/shares/${share.id}`)).status).toBe(204)
  const revokedAt = performance.now()
  expect((await fetch(`${there.url}/api/shares/${share.id}`)).status).toBe(404)
  await over
  expect(performance.now() - revokedAt).toBeLessThan(1_000)

  const seen: RunEvent[] = []
  const watching = watch(here.url, run.id, cookie, (event) => seen.push(event))
  const stopped = (await (await send(there, 'POST', `/api/runs/${run.id}/stop`)).json()) as Run
  await watching
  expect(stopped).toMatchObject({ status: 'finished', finish: 'stopped' })
  expect(seen.at(-1)).toMatchObject({ type: 'finish', reason: 'stopped', seq: stopped.lastSeq })
  expect((await send(there, 'DELETE', `/api/runs/${once?.id}`)).status).toBe(204)
  const isAborted = () =>
    upstream.requests.some(({ body, abortedAt }) => abortedAt && JSON.stringify(body ?? '').includes('Once'))
  await expect.poll(isAborted).toBe(true)
  await Promise.all([here.end('SIGTERM'), there.end('SIGTERM')])
})
