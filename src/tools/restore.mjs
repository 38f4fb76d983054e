// `npm run restore -- <folder>`: a backup becomes the data; what was there before is kept beside.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { check, copyMedia, findDataDir, stop } from './data-dir.mjs'

/** Servers of this machine that have the data open, by their process. */
function findRunning(file) {
  const database = new DatabaseSync(file)
  const ids = database.prepare('select id from instances').all()
  database.close()
  return ids.filter(({ id }) => {
    const [host, pid] = id.split('/')
    if (host !== hostname()) return false
    try {
      return process.kill(Number(pid), 0)
    } catch {
      return false
    }
  })
}

const wished = process.argv[2]
if (!wished) stop('Name the folder of a backup: npm run restore -- backups/monday')
const from = resolve(process.env.INIT_CWD ?? '.', wished)
if (!existsSync(join(from, 'showwork.db'))) stop(`${from} is no backup: there is no showwork.db in it.`)
const target = findDataDir()
if (existsSync(join(target, 'showwork.db')) && findRunning(join(target, 'showwork.db')).length > 0) {
  stop('The server is running. Stop it first, so that nothing it writes is lost.')
}
const partial = `${target}.partial`
rmSync(partial, { recursive: true, force: true })
mkdirSync(partial, { recursive: true })
cpSync(join(from, 'showwork.db'), join(partial, 'showwork.db'))
copyMedia(join(from, 'media'), join(partial, 'media'))
try {
  const { runs, media } = check(partial)
  if (existsSync(target)) {
    const before = `${target}.before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`
    renameSync(target, before)
    console.log(`What was there before is in ${before}`)
  }
  renameSync(partial, target)
  console.log(`${runs} runs and ${media} media are restored into ${target}. Start the server.`)
} catch (error) {
  rmSync(partial, { recursive: true, force: true })
  stop(`The backup cannot be used: ${error.message}. Nothing was changed.`)
}
