import type { Kysely } from 'kysely'
import type { Settings } from '../settings.ts'
import { openPostgres } from './open-postgres.ts'
import { openSqlite } from './open-sqlite.ts'
import { noPubSub, type PubSub } from './pub-sub.ts'
import type { Tables } from './tables.ts'

export type Database = {
  db: Kysely<Tables>
  /** The same, over connections of its own, for what live runs wait for. */
  saving: Kysely<Tables>
  signals: PubSub
  close: () => Promise<void>
}

/** SQLite in `DATA_DIR`, or the Postgres that several instances share. */
export async function openDatabase(settings: Pick<Settings, 'DATA_DIR' | 'DATABASE_URL' | 'DATABASE_CONNECTIONS'>) {
  const { DATA_DIR, DATABASE_URL, DATABASE_CONNECTIONS } = settings
  if (DATABASE_URL !== undefined) return await openPostgres(DATABASE_URL, DATABASE_CONNECTIONS)
  const db = await openSqlite(DATA_DIR)
  return { db, saving: db, signals: noPubSub, close: () => db.destroy() } satisfies Database
}
