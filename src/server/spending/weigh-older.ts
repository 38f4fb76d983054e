import { sql, type Kysely } from 'kysely'
import { jsonNumber } from '../database/dialect.ts'
import type { Tables } from '../database/tables.ts'
import { runBytes } from '../runs/run-rows.ts'

const rowsAtOnce = 1_000

/** Weighs some of what a version before wrote, which did not; done now and then until there is none. */
export async function weighOlder(db: Kysely<Tables>): Promise<void> {
  const texts = ['question', 'media', 'thinking_text', 'answer_text'].map((name) => sql`octet_length(${sql.ref(name)})`)
  await db
    .updateTable('runs')
    .set({ bytes: sql`${sql.lit(runBytes)} + ${sql.join(texts, sql` + `)} + coalesce(octet_length(timeline), 0)` })
    .where('id', 'in', ({ selectFrom }) =>
      selectFrom('runs').select('id').where('bytes', '=', 0).where('owner', 'is', null).limit(rowsAtOnce),
    )
    .execute()
  await db
    .updateTable('media')
    .set({ bytes: sql`coalesce(${jsonNumber(db, 'media', 'bytes')}, octet_length(media.media)) + 1` })
    .where('id', 'in', ({ selectFrom }) => selectFrom('media').select('id').where('bytes', '=', 0).limit(rowsAtOnce))
    .execute()
}
