// `npm run backup -- <folder>`: a copy of all data, taken while the server runs.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { backup, DatabaseSync } from '@photostructure/sqlite'
import { check, copyMedia, findDataDir, stop } from './data-dir.mjs'

const wished = process.argv[2]
if (!wished) stop('Name a folder that is not there yet: npm run backup -- backups/monday')
const target = resolve(process.env.INIT_CWD ?? '.', wished)
if (existsSync(target)) stop(`${target} is there already. Name another folder.`)
const from = findDataDir()
const file = join(from, 'showwork.db')
if (!existsSync(file)) stop(`There is no database in ${from}. Is DATA_DIR right?`)

const partial = `${target}.partial`
rmSync(partial, { recursive: true, force: true })
mkdirSync(partial, { recursive: true })
// Pictures before and after the database: each that a row names is in one of the two passes.
copyMedia(join(from, 'media'), join(partial, 'media'))
const database = new DatabaseSync(file)
database.exec('pragma busy_timeout = 5000')
await backup(database, join(partial, 'showwork.db'))
database.close()
copyMedia(join(from, 'media'), join(partial, 'media'))
try {
  const { runs, media } = check(partial)
  renameSync(partial, target)
  console.log(`${runs} runs and ${media} media are saved and checked in ${target}`)
} catch (error) {
  stop(`The backup in ${partial} is not whole: ${error.message}. Run it again.`)
}
