import { sql, type Kysely } from 'kysely'
import { inTransaction } from '../../database/dialect.ts'
import type { Tables } from '../../database/tables.ts'
import type { Run, RunEvent } from '../../../shared/run/run.ts'
import { unstartedRun, toCheckpoint, type Row } from '../run-rows.ts'

/** An instance and its last sign of life. */
export type Heartbeat = { id: string; heartbeat: number }

/** What an instance saved at once: `[run id, events]` of each run that had some. */
export type Commit = { id: number; entries: [runId: string, events: RunEvent[]][] }

/** A run that nobody works on any more, and its events as far as its own row has them. */
export type Orphan = { blank: Run; checkpoint: RunEvent[] }
const toOrphan = (row: Row): Orphan => ({ blank: unstartedRun(row), checkpoint: toCheckpoint(row) })

/** The instances on one database, and what they hold. `saving` as with the runs' store. */
export function createInstanceStore(db: Kysely<Tables>, saving: Kysely<Tables>) {
  return {
    async register(instance: string, time: number): Promise<void> {
      await db
        .insertInto('instances')
        .values({ id: instance, lease_until: time })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
    },

    /** A sign of life: the number only rises, whatever the clock does. False: another instance took it for dead. */
    async heartbeat(instance: string): Promise<boolean> {
      const { numUpdatedRows } = await saving
        .updateTable('instances')
        .set({ lease_until: sql`lease_until + 1` })
        .where('id', '=', instance)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    async readHeartbeats(): Promise<Heartbeat[]> {
      return await saving.selectFrom('instances').select(['id', 'lease_until as heartbeat']).execute()
    },

    /** Of an instance without runs. */
    async forgetInstance(instance: string): Promise<void> {
      await db.deleteFrom('commits').where('owner', '=', instance).execute()
      await db.deleteFrom('instances').where('id', '=', instance).execute()
    },

    /**
     * Takes all over from the dead, unless they gave a sign meanwhile, and from whom there is no word at all: from now on
     * these can save nothing more.
     */
    async takeOver(owner: string, dead: Heartbeat[]): Promise<Orphan[]> {
      const isOrphan = sql<boolean>`owner not in (select id from instances)`
      const orphan = saving.selectFrom('runs').select('id').where('owner', 'is not', null).where(isOrphan).limit(1)
      if (dead.length === 0 && (await orphan.execute()).length === 0) return []
      const rows = await inTransaction(saving, async (trx) => {
        // Waits for commits of theirs that are on the way; what comes after them finds no instance.
        const beats = dead.map(({ id, heartbeat }) => sql`(id = ${id} and lease_until = ${heartbeat})`)
        if (beats.length > 0) await sql`delete from instances where ${sql.join(beats, sql` or `)}`.execute(trx)
        await trx.updateTable('commits').set({ owner }).where(isOrphan).execute()
        return await trx
          .updateTable('runs')
          .set({ owner })
          .where('owner', 'is not', null)
          .where(isOrphan)
          .returningAll()
          .execute()
      })
      return rows.map(toOrphan)
    },

    /** Those of the runs that are there and held by `owner`. */
    async readHeld(ids: string[], owner: string): Promise<Orphan[]> {
      const rows = await saving
        .selectFrom('runs')
        .selectAll()
        .where('id', 'in', ids)
        .where('owner', '=', owner)
        .execute()
      return rows.map(toOrphan)
    },

    /** What an instance committed after its commit `after`, oldest first, at most `limit` commits. */
    async readCommits(owner: string, after: number, limit: number): Promise<Commit[]> {
      const rows = await db
        .selectFrom('commits')
        .select(['id', 'entries'])
        .where('owner', '=', owner)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(({ id, entries }) => ({ id, entries: JSON.parse(entries) as Commit['entries'] }))
    },
  }
}
