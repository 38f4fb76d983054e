// `npm run migrate-data`: from DATA_DIR to what DATABASE_URL and MEDIA_STORE name.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../database/open-database.ts'
import { createDiskFiles } from '../media/store/media-store.ts'
import { openMediaFiles } from '../media/store/open-media-store.ts'
import { parseSettings, readEnvironment } from '../settings.ts'
import { migrateData } from './migrate-data.ts'
import { isInUse, settle } from './wait-until-idle.ts'

const say = (line: string) => console.log(line)

async function run(): Promise<number> {
  const settings = parseSettings(readEnvironment())
  const { DATA_DIR, DATABASE_URL, MEDIA_STORE, DATABASE_CONNECTIONS } = settings
  if (DATABASE_URL === undefined && MEDIA_STORE === undefined) {
    throw new Error('Say where to: set DATABASE_URL, MEDIA_STORE or both, as the server will have them.')
  }
  if (!existsSync(join(DATA_DIR, 'showwork.db'))) {
    throw new Error(`There is no database in ${DATA_DIR}. Is DATA_DIR right?`)
  }
  const source = await openDatabase({ DATA_DIR, DATABASE_URL: undefined, DATABASE_CONNECTIONS })
  if (await isInUse(source.db))
    throw new Error('A server is running on this data. Stop it first, so that nothing is lost.')
  const target = DATABASE_URL === undefined ? undefined : await openDatabase(settings)
  if (target && (await isInUse(target.db))) throw new Error('A server is running on the target. Stop it first.')
  await settle(source)
  const files =
    MEDIA_STORE === undefined
      ? undefined
      : await openMediaFiles(settings, { onLost: ({ message }) => say(message), onFound: () => {} })
  const damaged = await migrateData({
    source: { db: source.db, files: createDiskFiles(join(DATA_DIR, 'media')) },
    target: { db: target?.db, files },
    say,
  })
  await target?.close()
  await source.close()
  if (damaged.length > 0) {
    say(
      `All else is there, but ${damaged.length} pictures are missing or damaged in ${DATA_DIR} already: ${damaged.join(', ')}`,
    )
    return 2
  }
  say(`Everything is there. Start the server with these settings. ${DATA_DIR} stays as a backup.`)
  return 0
}

try {
  process.exit(await run())
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
