import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { MediaFiles } from '../media/store/media-store.ts'
import { compareTable, countRows, digestTable, passing, readPages, tables, type Difference, type Row } from './rows.ts'

export type Move = {
  source: { db: Kysely<Tables>; files: MediaFiles }
  /** What of it is absent stays where it is. */
  target: { db?: Kysely<Tables> | undefined; files?: MediaFiles | undefined }
  say: (line: string) => void
}

const filesAtOnce = 4
const progressMs = 2_000
const count = (value: number) => value.toLocaleString('en')

/** Says how far it is, now and then. */
function createProgress(say: Move['say']) {
  let saidAt = performance.now()
  return (line: () => string) => {
    if (performance.now() - saidAt < progressMs) return
    saidAt = performance.now()
    say(line())
  }
}

async function readHashes(db: Kysely<Tables>): Promise<string[]> {
  const rows = await db.selectFrom('media').select('hash').distinct().orderBy('hash').execute()
  return rows.map(({ hash }) => hash)
}

/** Whether what is there is, byte by byte, what belongs there. Throws while the store cannot be reached. */
async function isWhole(files: MediaFiles, hash: string): Promise<boolean> {
  try {
    for await (const _chunk of files.stream(hash));
    return true
  } catch {
    await files.check()
    return false
  }
}

/** Throws where the target holds what does not come from here. */
async function checkFiles(hashes: string[], files: MediaFiles) {
  await files.check()
  const known = new Set(hashes)
  for await (const hash of files.list()) {
    if (known.has(hash)) continue
    throw new Error(
      'The target holds other data: a picture that this data has not. Nothing was changed. Name another prefix in MEDIA_STORE.',
    )
  }
}

async function copyFiles(hashes: string[], from: MediaFiles, to: MediaFiles, say: Move['say']) {
  const progress = createProgress(say)
  const damaged: string[] = []
  let copied = 0
  let bytes = 0
  let done = 0
  async function copy(hash: string) {
    if (!(await isWhole(to, hash))) {
      if (!(await isWhole(from, hash))) {
        damaged.push(hash)
        return
      }
      const received = await to.receive(from.stream(hash), () => {})
      if (received.hash !== hash || !(await isWhole(to, hash))) {
        throw new Error(`The picture ${hash} did not arrive whole. Run this again.`)
      }
      copied += 1
      bytes += received.size
    }
    done += 1
    progress(() => `pictures: ${count(done)} of ${count(hashes.length)}`)
  }
  const waiting = hashes.values()
  await Promise.all(
    Array.from({ length: filesAtOnce }, async () => {
      for (const hash of waiting) await copy(hash)
    }),
  )
  let there = 0
  for await (const _hash of to.list()) there += 1
  if (there !== hashes.length - damaged.length) {
    throw new Error(`${count(there)} pictures are there, and ${count(hashes.length)} should be. Run this again.`)
  }
  say(
    `pictures: ${count(there)} there and each read back by its hash, ${count(copied)} of them copied now (${count(bytes)} bytes)`,
  )
  return damaged
}

async function checkTables(source: Kysely<Tables>, target: Kysely<Tables>) {
  for (const name of passing) {
    if ((await countRows(target, name)) > 0) {
      throw new Error(
        'The target holds other data: a server uses it, or did. Nothing was changed. Name an empty database.',
      )
    }
  }
  const differences: Difference[] = []
  for (const table of tables) differences.push(await compareTable(source, target, table))
  return differences
}

async function insert(db: Kysely<Tables>, name: keyof Tables, rows: Row[]) {
  await (db as unknown as Kysely<Record<string, Row>>)
    .insertInto(name)
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function copyTables(source: Kysely<Tables>, target: Kysely<Tables>, differences: Difference[], say: Move['say']) {
  const progress = createProgress(say)
  for (const [index, table] of tables.entries()) {
    const { missing, firstMissing } = differences[index] ?? { missing: 0 }
    // In the order of the key: before the first that is missing all are there.
    let sent = 0
    if (firstMissing) {
      for await (const rows of readPages(source, table, firstMissing)) {
        await insert(target, table.name, rows)
        sent += rows.length
        progress(() => `${table.name}: ${count(sent)} of ${count(missing)} rows`)
      }
    }
  }
  for (const table of tables) {
    const [ours, theirs] = [await digestTable(source, table), await digestTable(target, table)]
    if (ours.rows !== theirs.rows || ours.hash !== theirs.hash) {
      throw new Error(
        `The table ${table.name} is not the same here (${count(ours.rows)} rows) and there (${count(theirs.rows)}). ` +
          'Did a server write meanwhile? Stop it, empty the target and run this again.',
      )
    }
    say(`${table.name}: ${count(theirs.rows)} rows, the same here and there (sha256 ${theirs.hash.slice(0, 16)})`)
  }
}

/**
 * Copies all data and proves that it arrived. May be cut off anywhere and run again; a target with other data is refused
 * before anything is written. Returns the pictures that are missing or damaged here already.
 */
export async function migrateData({ source, target, say }: Move): Promise<string[]> {
  const hashes = target.files ? await readHashes(source.db) : []
  if (target.files) await checkFiles(hashes, target.files)
  const differences = target.db ? await checkTables(source.db, target.db) : []
  // The files first: a row never stands without its bytes.
  const damaged = target.files ? await copyFiles(hashes, source.files, target.files, say) : []
  if (target.db) await copyTables(source.db, target.db, differences, say)
  return damaged
}
