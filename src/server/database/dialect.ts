import { PostgresAdapter, sql, type Kysely, type RawBuilder, type Transaction } from 'kysely'
import { isRetryableConflict } from './database-unavailable.ts'
import type { Tables } from './tables.ts'

const maxTries = 5

export const isPostgres = (db: Kysely<Tables>) => db.getExecutor().adapter instanceof PostgresAdapter

/** What SQLite keeps free inside its file, and fills before the file grows. Of Postgres's disk nothing is known here. */
export async function readSpareBytes(db: Kysely<Tables>): Promise<number> {
  if (isPostgres(db)) return 0
  const { rows } = await sql<{ bytes: number }>`select
    (select freelist_count from pragma_freelist_count) * (select page_size from pragma_page_size) as bytes`.execute(db)
  return Number(rows[0]?.bytes)
}

/** The items of a column's JSON array, each as `item.value`, to be joined. */
export const jsonItems = (db: Kysely<Tables>, column: string): RawBuilder<unknown> =>
  isPostgres(db)
    ? sql`json_array_elements(${sql.ref(column)}::json) as item`
    : sql`json_each(${sql.ref(column)}) as item`

/** The number under `key` in a column's JSON object. */
export const jsonNumber = (db: Kysely<Tables>, column: string, key: string): RawBuilder<number> =>
  isPostgres(db)
    ? sql`(${sql.ref(column)}::json ->> ${sql.lit(key)})::bigint`
    : sql`${sql.ref(column)} ->> ${sql.lit(key)}`

/** One transaction, begun again where it got into the way of another. */
export async function inTransaction<T>(db: Kysely<Tables>, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (!isRetryableConflict(error) || tries === maxTries) throw error
    }
  }
}

/** Values in one `in (…)`: far below what the databases take (32,766 and 65,535), and soon answered. */
const maxValues = 1_000

/** Does the work for some of the values at a time, and resolves to all that came of it. */
export async function inPieces<T, R>(values: readonly T[], work: (piece: T[]) => Promise<R[]>): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < values.length; at += maxValues) {
    for (const result of await work(values.slice(at, at + maxValues))) results.push(result)
  }
  return results
}

/**
 * Until the transaction is over, nobody else is here with the same name. SQLite has one writer at a time anyway, but what
 * is only read must be kept from it too.
 */
export async function lockName(trx: Transaction<Tables>, name: string): Promise<void> {
  if (isPostgres(trx)) await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(trx)
}
