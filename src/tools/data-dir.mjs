// What the backup and the restore share.
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { root } from './start.mjs'

export function stop(sentence) {
  console.error(sentence)
  process.exit(1)
}

/** Where this server's data are, as its settings say. */
export function findDataDir() {
  try {
    process.loadEnvFile(join(root, '.env'))
  } catch {
    // Without the file the environment says it all.
  }
  if (process.env.DATABASE_URL) stop('DATABASE_URL is set: back up and restore Postgres with pg_dump and pg_restore.')
  return resolve(root, process.env.DATA_DIR || 'data')
}

/** Media never change: what is there already is not copied again. */
export function copyMedia(from, to) {
  if (!existsSync(from)) return
  for (const folder of readdirSync(from)) {
    for (const name of readdirSync(join(from, folder))) {
      const target = join(to, folder, name)
      if (!/^[0-9a-f]{64}$/.test(name) || existsSync(target)) continue
      mkdirSync(dirname(target), { recursive: true })
      cpSync(join(from, folder, name), target)
    }
  }
}

/**
 * Throws where the database is damaged or a picture of it is missing, unless pictures are kept in an object store.
 * Returns how many runs and media there are.
 */
export function check(dir) {
  const database = new DatabaseSync(join(dir, 'showwork.db'))
  try {
    const { integrity_check: verdict } = database.prepare('pragma integrity_check').get()
    if (verdict !== 'ok') throw new Error(`the database is damaged: ${verdict}`)
    const media = database.prepare('select hash from media').all()
    const isHere = !process.env.MEDIA_STORE
    const missing = media.filter(({ hash }) => isHere && !existsSync(join(dir, 'media', hash.slice(0, 2), hash)))
    if (missing.length > 0) throw new Error(`${missing.length} of ${media.length} media are missing`)
    return {
      runs: database.prepare('select count(*) as count from runs').get().count,
      media: isHere ? media.length : 0,
    }
  } finally {
    database.close()
  }
}
