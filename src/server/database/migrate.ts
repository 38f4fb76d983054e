import type { DatabaseSync } from '@photostructure/sqlite'
import { isNewer, migrations, toSqlite } from './migrations.ts'

/** One immediate transaction: of several processes starting together one migrates, the others find it done. */
export function migrate(database: InstanceType<typeof DatabaseSync>, steps = migrations.map(toSqlite)): void {
  database.exec('begin immediate')
  try {
    const { user_version: version } = database.prepare('pragma user_version').get() as { user_version: number }
    if (version > steps.length) throw isNewer()
    for (const sql of steps.slice(version)) database.exec(sql)
    // A start with nothing to do writes nothing: it works on a full disk.
    if (version < steps.length) database.exec(`pragma user_version = ${steps.length}`)
    database.exec('commit')
  } catch (error) {
    database.exec('rollback')
    throw error
  }
}
