import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { findPgBouncer } from '../src/tools/find-program.mjs'
import { findPostgres, startPostgres } from '../src/tools/postgres.mjs'
import { expect, startApp, test } from './support/app.ts'
import { startPgBouncer } from './support/pgbouncer.ts'
import { ask, readRun } from './support/script.ts'
import { checkDelivery } from './survival/deliver.ts'

const [postgresBin, pooler] = [findPostgres(), findPgBouncer()]
const isMissing = postgresBin === undefined || pooler === undefined
// Where the tests must be whole, a missing service is a failure.
test.skip(
  isMissing && !process.env['REQUIRE_SERVICES'],
  'There is no PostgreSQL or PgBouncer here and none can be had.',
)

/** What commits wait for, over as many of the pooler's sessions as it opens for so many at once. */
async function readDurability(url: string): Promise<string[]> {
  const clients = Array.from({ length: 12 }, () => new pg.Client({ connectionString: url }))
  await Promise.all(clients.map((client) => client.connect()))
  const read = async (client: pg.Client) =>
    (
      await client.query<{ durability: string }>(
        `select current_setting('synchronous_commit') durability, pg_sleep(0.2)`,
      )
    ).rows[0]?.durability ?? ''
  const found = await Promise.all(clients.map(read))
  await Promise.all(clients.map((client) => client.end()))
  return [...new Set(found)]
}

for (const mode of ['session', 'transaction'] as const) {
  test(`two instances behind a PgBouncer that pools by ${mode}: all is followed, stopped and saved for good`, async ({
    upstream,
  }) => {
    test.slow()
    const dir = mkdtempSync(join(tmpdir(), 'showwork-pooler-'))
    const postgres = await startPostgres(postgresBin ?? '')
    const bouncer = await startPgBouncer(pooler ?? '', postgres.port, mode)
    const start = (modelUrl: string) =>
      startApp(mkdtempSync(join(dir, 'data-')), { MODEL_BASE_URL: `${modelUrl}/v1`, DATABASE_URL: bouncer.url })

    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
    const both = async (modelUrl: string) => {
      const [producer, follower] = await Promise.all([start(modelUrl), start(modelUrl)])
      const end = async () => void (await Promise.all([producer.end('SIGTERM'), follower.end('SIGTERM')]))
      return { url: producer.url, followUrl: follower.url, end }
    }
    const { ends } = await checkDelivery(both, { runs: 12, atOnce: 12, seed }).catch((error: unknown) => {
      throw new Error(`SEED=${seed}: ${String(error)}`)
    })
    expect(ends['stop']).toBeGreaterThan(0)

    const [here, there] = await Promise.all([start(upstream.url), start(upstream.url)])
    const { run, cookie } = await ask(here.url, 'Go on [[until-stopped]]')
    await expect.poll(async () => (await readRun(there.url, run.id, cookie)).thinkingText).not.toBe('')
    const stop = { method: 'POST', headers: { cookie } }
    expect((await fetch(`${there.url}/api/runs/${run.id}/stop`, stop)).status).toBe(200)
    expect(await readRun(here.url, run.id, cookie)).toMatchObject({ status: 'finished', finish: 'stopped' })
    expect(await readDurability(bouncer.url)).toEqual(['on'])
    await Promise.all([here.end('SIGTERM'), there.end('SIGTERM')])
    await bouncer.close()
    await postgres.close()
    rmSync(dir, { recursive: true, force: true })
  })
}
