import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { composeServer } from '../compose.ts'
import { createRunStore } from '../runs/run-store.ts'
import { parseSettings } from '../settings.ts'
import { createShareStore } from '../shares/store.ts'
import { eachDatabase } from '../testing/each-database.ts'

/** More than SQLite takes values in one statement. */
const count = 33_100

eachDatabase((create) => {
  test(`a conversation of ${count} runs is deleted, ${count} links are looked at, as many stops are read`, async () => {
    const database = await create()
    const settings = parseSettings({ ...database.env, MODEL_BASE_URL: 'http://127.0.0.1:9/v1', SHUTDOWN_GRACE_S: '0' })
    const server = await composeServer(settings, () => {})
    const token = 'a'.repeat(22)
    const visitor = createHash('sha256').update(token).digest('hex')
    const { db } = await database.open()
    const numbers = sql`with recursive n (i) as (select 0 union all select i + 1 from n where i < ${sql.lit(count - 1)})`
    await sql`insert into runs
      (id, visitor, parent, question, media, model, thinking, body_hash, created_at, result, conversation)
      ${numbers} select 'r' || i, ${visitor}, case when i = 0 then null else 'r' || ((i - 1) / 2) end, 'x', '[]', 'm',
        '{"enabled":false}', '', 0, '{"status":"finished","lastSeq":0}', 'r0' from n`.execute(db)
    await sql`insert into shares (id, visitor, run_id, scope, include, covers, created_at, updated_at)
      ${numbers} select 's' || i, ${visitor}, 'r0', 'run', '{}', '[]', 0, i from n`.execute(db)
    await sql`insert into stops (run_id) select id from runs`.execute(db)

    const shares = createShareStore(db)
    const ids = Array.from({ length: count }, (_, at) => `s${at}`)
    const versions = await shares.readVersions(ids, Date.now())
    expect([versions.size, versions.get(`s${count - 1}`)]).toEqual([count, count - 1])
    const runs = createRunStore(db)
    expect(await runs.readStopRequests()).toEqual([])
    expect(await db.selectFrom('stops').selectAll().execute()).toEqual([])
    expect((await runs.readOwners(ids.map((id) => id.replace('s', 'r')))).size).toBe(count)

    const headers = { cookie: `visitor=${token}` }
    const remove = (path: string) => server.app.request(`http://localhost${path}`, { method: 'DELETE', headers })
    expect((await remove('/api/runs/r1')).status).toBe(204)
    const left = await db.selectFrom('runs').select('id').where('deleted_at', 'is', null).execute()
    // One of two subtrees, and the root.
    expect(left.length).toBeGreaterThan(10_000)
    expect(left.map(({ id }) => id)).toContain('r2')
    expect(left.map(({ id }) => id)).not.toContain('r4')
    expect((await remove('/api/runs/r0')).status).toBe(204)
    expect(await db.selectFrom('runs').select('id').where('deleted_at', 'is', null).execute()).toEqual([])
    expect((await shares.readVersions(ids, Date.now())).size).toBe(0)
    await server.shutDown()
    await server.close()
    await database.drop()
  })
})
