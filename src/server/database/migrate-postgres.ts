import type { Client } from 'pg'
import { isNewer, migrations, toPostgres } from './migrations.ts'

/** Any number, the same for all who migrate. */
const lockId = 7_265_384

/**
 * One transaction under a lock: of several instances starting together one migrates, the others find it done. Another
 * version that serves meanwhile is not waited for without end.
 */
export async function migratePostgres(client: Client, steps = migrations.map(toPostgres)): Promise<void> {
  try {
    await client.query(`begin; set local statement_timeout = 0; select pg_advisory_xact_lock(${lockId});
      set local lock_timeout = '15s'; create table if not exists schema_version (version integer not null);`)
    const { rows } = await client.query<{ version: number }>('select version from schema_version')
    const version = rows[0]?.version ?? 0
    if (version > steps.length) throw isNewer()
    for (const sql of steps.slice(version)) await client.query(sql)
    if (version < steps.length) {
      await client.query(`delete from schema_version; insert into schema_version values (${steps.length})`)
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}
