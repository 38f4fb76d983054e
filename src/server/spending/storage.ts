import { sql, type Kysely } from 'kysely'
import { ProblemError } from '../../shared/problem.ts'
import type { Tables } from '../database/tables.ts'
import { storageFull } from '../database/disk-full.ts'
import type { Writer } from '../network/writer.ts'
import { toDay, untilTomorrowS, type HashAddress } from './hashed-address.ts'
import type { DiskReserve } from './disk-reserve.ts'

/** Bytes; what is not there is not limited. */
export type StorageAllowance = {
  /** Questions and answers that one visitor keeps. */
  textOfVisitor?: number
  /** What comes from one address in a day. */
  addedOfAddress?: number
  /** All texts and pictures of all. */
  total?: number
}

/** A file of many runs takes at most so much more than it has stored: it asks seldom. */
const mostAhead = 1_000_000
/** A sum of all is believed for so long; what was let in since counts. */
const freshMs = 10_000

/** One request that stores texts: it counts what it stores itself. */
export type TextSession = { add: (bytes: number) => Promise<void>; close: () => void }

export type Storage = ReturnType<typeof createStorage>

const toMegabytes = (bytes: number) => Math.round(bytes / 1_000_000)
const textFull = (bytes: number) =>
  new ProblemError(
    413,
    'text-quota-full',
    `A visitor may keep ${toMegabytes(bytes)} MB of questions and answers here. Delete some that you no longer need.`,
  )

/** How much may be stored, by whom and in all. Throws ProblemErrors that name the limit. */
export function createStorage(deps: {
  db: Kysely<Tables>
  toAddressKey: HashAddress
  direct: StorageAllowance
  /** For those whom a proxy brings that nobody named. */
  relayed: StorageAllowance
  disk: Pick<DiskReserve, 'admit'>
}) {
  const { db, toAddressKey, direct, relayed, disk } = deps
  /** Visitors who are storing texts: what they had, and what came since. */
  const storing = new Map<string, { sessions: number; bytes: Promise<number>; added: number }>()
  let all = { bytes: 0, readAt: -Infinity, since: 0, before: 0 }

  const allowanceOf = ({ isRelayed }: Writer) => (isRelayed ? relayed : direct)

  async function readText(visitor: string): Promise<number> {
    const { bytes } = await db
      .selectFrom('runs')
      .select(({ fn }) => fn.coalesce(fn.sum<number>('bytes'), sql<number>`0`).as('bytes'))
      .where('visitor', '=', visitor)
      .where('deleted_at', 'is', null)
      .executeTakeFirstOrThrow()
    return Number(bytes)
  }

  async function readAll(): Promise<number> {
    const sum = (table: 'runs' | 'media') => sql`(select coalesce(sum(bytes), 0) from ${sql.table(table)})`
    const { rows } = await sql<{ bytes: number }>`select ${sum('runs')} + ${sum('media')} as bytes`.execute(db)
    return Number(rows[0]?.bytes)
  }

  /** What was let in just before a sum was read may not be in it. */
  async function admitToAll(bytes: number, most: number | undefined) {
    if (most === undefined) return
    if (performance.now() - all.readAt > freshMs) {
      all = { bytes: await readAll(), readAt: performance.now(), since: 0, before: all.since }
    }
    if (all.bytes + all.before + all.since + bytes > most) {
      throw storageFull(`This server keeps ${toMegabytes(most)} MB and no more. Tell whoever runs it.`)
    }
    all.since += bytes
  }

  async function takeFromAddress(address: string | undefined, bytes: number, most: number | undefined) {
    if (most === undefined || bytes === 0) return
    const now = Date.now()
    const key = await toAddressKey(address, now)
    if (key === undefined) return
    const day = toDay(now)
    const taken =
      bytes <= most &&
      (await db
        .insertInto('added')
        .values({ scope: `address:${key}`, day, bytes })
        .onConflict((conflict) =>
          conflict
            .columns(['scope', 'day'])
            .doUpdateSet({ bytes: sql`added.bytes + excluded.bytes` })
            .where('added.bytes', '<=', most - bytes),
        )
        .returning('bytes')
        .executeTakeFirst())
    if (taken) return
    const detail = `From one network ${toMegabytes(most)} MB a day are stored. Come back after midnight UTC.`
    throw new ProblemError(429, 'added-per-day', detail, untilTomorrowS(now))
  }

  async function admit(writer: Writer, bytes: number, isText: boolean) {
    const { total, addedOfAddress } = allowanceOf(writer)
    await disk.admit(bytes, isText)
    await admitToAll(bytes, total)
    await takeFromAddress(writer.address, bytes, addedOfAddress)
  }

  return {
    /** Before a question is asked: whether what comes of it may be kept. */
    async checkRoom(writer: Writer): Promise<void> {
      const { textOfVisitor, total } = allowanceOf(writer)
      await disk.admit(0, true)
      await admitToAll(0, total)
      if (textOfVisitor !== undefined && (await readText(writer.visitor)) >= textOfVisitor)
        throw textFull(textOfVisitor)
    },

    /** Whether anything may be stored at all. */
    checkDisk: () => disk.admit(0, true),

    /** Before the bytes of a picture or video are stored. */
    admitMedia: (writer: Writer, bytes: number) => admit(writer, bytes, false),

    /** For runs that are imported or copied. Sessions of one visitor count together; close each. */
    openText(writer: Writer): TextSession {
      const { visitor } = writer
      const { textOfVisitor = Infinity } = allowanceOf(writer)
      const mine = storing.get(visitor) ?? { sessions: 0, bytes: readText(visitor), added: 0 }
      storing.set(visitor, mine)
      mine.sessions += 1
      // Told to whoever adds.
      mine.bytes.catch(() => {})
      let admitted = 0
      let added = 0
      return {
        async add(bytes) {
          const stored = await mine.bytes
          if (stored + mine.added + bytes > textOfVisitor) throw textFull(textOfVisitor)
          mine.added += bytes
          if (bytes > admitted) {
            const more = bytes - admitted + Math.min(added, mostAhead)
            await admit(writer, more, true)
            admitted += more
          }
          admitted -= bytes
          added += bytes
        },
        close() {
          mine.sessions -= 1
          if (mine.sessions === 0) storing.delete(visitor)
        },
      }
    },
  }
}
