import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { Kysely } from 'kysely'
import { explainDatabaseFault, prepareFolder } from '../data-folder.ts'
import { migrate } from './migrate.ts'
import { createSqliteDialect } from './sqlite-dialect.ts'
import type { Tables } from './tables.ts'

/** First versions, per minor line, without the bug that can lose a WAL on reset. */
export const isWalSafe = (version: string) => {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  if (major !== 3) return major > 3
  return minor > 51 || (minor === 51 && patch >= 3) || (minor === 50 && patch >= 7) || (minor === 44 && patch >= 6)
}

function openFile(file: string): InstanceType<typeof DatabaseSync> {
  let raw: InstanceType<typeof DatabaseSync> | undefined
  try {
    raw = new DatabaseSync(file)
    raw.exec(
      'pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on',
    )
    const { version } = raw.prepare('select sqlite_version() as version').get() as { version: string }
    if (!isWalSafe(version)) throw new Error(`SQLite ${version} can lose data in WAL mode. Reinstall the dependencies.`)
    migrate(raw)
    // From here on it only reads: the writer has a connection of its own.
    raw.exec('pragma query_only = on')
    return raw
  } catch (error) {
    raw?.close()
    throw explainDatabaseFault(error, file)
  }
}

/**
 * Opens (or makes) `showwork.db` in the folder, brings its schema up to date, durable at every commit. Throws an Error
 * that names the path and what to do; a file that does not open is left as it is.
 */
export async function openSqlite(dataDir: string): Promise<Kysely<Tables>> {
  prepareFolder(dataDir)
  const file = join(dataDir, 'showwork.db')
  return new Kysely<Tables>({ dialect: createSqliteDialect(file, openFile(file)) })
}
