import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'

/**
 * Forgets media that no run is about any more, and, where `neverAskedBefore` is given, those added before that time and
 * never asked about. Their files are for the sweep. Returns how many.
 */
export async function deleteUnused(db: Kysely<Tables>, visitor?: string, neverAskedBefore?: number): Promise<number> {
  let query = db
    .deleteFrom('media')
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('run_media').select('run_id').whereRef('media_id', '=', 'media.id'))),
    )
    .where(({ eb, or }) =>
      or([
        eb('asked_at', 'is not', null),
        ...(neverAskedBefore === undefined ? [] : [eb('created_at', '<', neverAskedBefore)]),
      ]),
    )
  if (visitor !== undefined) query = query.where('visitor', '=', visitor)
  const { numDeletedRows } = await query.executeTakeFirst()
  return Number(numDeletedRows)
}
