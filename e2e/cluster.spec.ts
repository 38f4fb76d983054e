import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { findPostgres, startPostgres, type StartedPostgres } from '../src/tools/postgres.mjs'
import { expect, startApp, test as base } from './support/app.ts'
import { checkCluster } from './survival/cluster.ts'
import { checkDelivery } from './survival/deliver.ts'

const bin = findPostgres()

/** One Postgres for each test; every instance has a folder of its own. */
const test = base.extend<{ postgres: StartedPostgres; start: (modelUrl: string) => ReturnType<typeof startApp> }>({
  // oxlint-disable-next-line no-empty-pattern
  postgres: async ({}, use) => {
    const postgres = await startPostgres(bin ?? '')
    await use(postgres)
    await postgres.close()
  },
  start: async ({ postgres }, use) => {
    const dir = mkdtempSync(join(tmpdir(), 'showwork-cluster-'))
    await use((modelUrl) =>
      startApp(mkdtempSync(join(dir, 'data-')), { MODEL_BASE_URL: `${modelUrl}/v1`, DATABASE_URL: postgres.url() }),
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
  const options = { blows: ['follower', 'database', 'producer'] as const, runs: 20, seed }
  const result = await checkCluster(start, postgres, { ...options, blows: [...options.blows] }).catch(
    (error: unknown) => {
      throw new Error(`SEED=${seed}: ${String(error)}`)
    },
  )
  expect(result.interrupted).toBeGreaterThan(3)
  expect(result.finished).toBeGreaterThan(20)
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
  const result = await checkDelivery(both, { runs: 40, atOnce: 40, seed }).catch((error: unknown) => {
    throw new Error(`SEED=${seed}: ${String(error)}`)
  })
  expect(result.cutsToPage).toBeGreaterThan(20)
  expect(result.ends['stop']).toBeGreaterThan(5)
})
