import type { Kysely, Selectable } from 'kysely'
import type { Cover, ShareInclude, ShareScope } from '../../shared/share.ts'
import { inPieces } from '../database/dialect.ts'
import type { Tables } from '../database/tables.ts'

/** A share as stored: its owner is known by the hash of the cookie. */
export type StoredShare = {
  id: string
  visitor: string
  runId: string
  scope: ShareScope
  include: ShareInclude
  covers: Cover[]
  expiresAt: number | null
  createdAt: number
  updatedAt: number
}

type Row = Selectable<Tables['shares']>

const toShare = (row: Row): StoredShare => ({
  id: row.id,
  visitor: row.visitor,
  runId: row.run_id,
  scope: row.scope,
  include: JSON.parse(row.include) as ShareInclude,
  covers: JSON.parse(row.covers) as Cover[],
  expiresAt: row.expires_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export type ShareStore = ReturnType<typeof createShareStore>

/** Shares on the database. One whose run is deleted is not there; it comes back when the run does. */
export function createShareStore(db: Kysely<Tables>) {
  const present = () =>
    db.selectFrom('shares').innerJoin('runs', 'runs.id', 'shares.run_id').where('runs.deleted_at', 'is', null)

  return {
    async insert(share: StoredShare): Promise<void> {
      await db
        .insertInto('shares')
        .values({
          id: share.id,
          visitor: share.visitor,
          run_id: share.runId,
          scope: share.scope,
          include: JSON.stringify(share.include),
          covers: JSON.stringify(share.covers),
          expires_at: share.expiresAt,
          created_at: share.createdAt,
          updated_at: share.updatedAt,
        })
        .execute()
    },

    async update(share: StoredShare): Promise<void> {
      await db
        .updateTable('shares')
        .set({
          scope: share.scope,
          include: JSON.stringify(share.include),
          covers: JSON.stringify(share.covers),
          expires_at: share.expiresAt,
          updated_at: share.updatedAt,
        })
        .where('id', '=', share.id)
        .where('visitor', '=', share.visitor)
        .execute()
    },

    /** Expired ones too: their owner may give them new time. */
    async readOwn(id: string, visitor: string): Promise<StoredShare | undefined> {
      const row = await present()
        .selectAll('shares')
        .where('shares.id', '=', id)
        .where('shares.visitor', '=', visitor)
        .executeTakeFirst()
      return row && toShare(row)
    },

    /** For anyone with the link. */
    async readOpen(id: string, time: number): Promise<StoredShare | undefined> {
      const row = await present()
        .selectAll('shares')
        .where('shares.id', '=', id)
        .where(({ or, eb }) => or([eb('shares.expires_at', 'is', null), eb('shares.expires_at', '>', time)]))
        .executeTakeFirst()
      return row && toShare(row)
    },

    /** Which of these shares are still open, each with when it was last changed. */
    async readVersions(ids: string[], time: number): Promise<Map<string, number>> {
      const rows = await inPieces(ids, (piece) =>
        present()
          .select(['shares.id', 'shares.updated_at'])
          .where('shares.id', 'in', piece)
          .where(({ or, eb }) => or([eb('shares.expires_at', 'is', null), eb('shares.expires_at', '>', time)]))
          .execute(),
      )
      return new Map(rows.map((row) => [row.id, row.updated_at]))
    },

    /** Newest first. */
    async list(visitor: string, runId?: string): Promise<(StoredShare & { question: string })[]> {
      let query = present().selectAll('shares').select('runs.question').where('shares.visitor', '=', visitor)
      if (runId !== undefined) query = query.where('shares.run_id', '=', runId)
      const rows = await query.orderBy('shares.created_at', 'desc').orderBy('shares.id').execute()
      return rows.map((row) => ({ ...toShare(row), question: row.question }))
    },

    async count(visitor: string): Promise<number> {
      const { count } = await db
        .selectFrom('shares')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('visitor', '=', visitor)
        .executeTakeFirstOrThrow()
      return Number(count)
    },

    /** All links of all visitors. */
    async deleteEvery(): Promise<void> {
      await db.deleteFrom('shares').execute()
    },

    /** How many were deleted. */
    async delete(visitor: string, id?: string): Promise<number> {
      let query = db.deleteFrom('shares').where('visitor', '=', visitor)
      if (id !== undefined) query = query.where('id', '=', id)
      const { numDeletedRows } = await query.executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}
