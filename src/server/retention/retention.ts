import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { deleteUnused } from '../media/delete-unused.ts'
import type { MediaFiles } from '../media/store/media-store.ts'

export type Retention = { unaskedMediaMs: number; keepRunsMs?: number }

const sweepMs = 3_600_000
const firstMs = 60_000
/** A file younger than this may be waiting for its row. */
const fileAgeMs = 3_600_000

/**
 * The time that was at the start and what has passed since, or the clock's own where that is earlier: a clock that is set
 * while the server runs makes nothing older.
 */
export function createMonotonicClock() {
  const startedAt = Date.now() - performance.now()
  return () => Math.min(Math.round(startedAt + performance.now()), Date.now())
}

/** Deletes runs before `time` that nothing newer follows on. Returns how many. */
async function expireRuns(db: Kysely<Tables>, time: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('runs')
    .where('created_at', '<', time)
    .where('owner', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('runs as later').select('later.id').whereRef('later.parent', '=', 'runs.id'))),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Lets go what is not to be kept: now, and then every hour until `stop`. */
export function createRetention(db: Kysely<Tables>, files: MediaFiles, { unaskedMediaMs, keepRunsMs }: Retention) {
  const now = createMonotonicClock()
  const findKnown = async (hashes: string[]) => {
    const rows = await db.selectFrom('media').select('hash').distinct().where('hash', 'in', hashes).execute()
    return new Set(rows.map(({ hash }) => hash))
  }
  const timers: NodeJS.Timeout[] = []

  async function sweep(time = now()) {
    // A conversation goes from its last turn to its first.
    if (keepRunsMs !== undefined) while ((await expireRuns(db, time - keepRunsMs)) > 0);
    await deleteUnused(db, undefined, time - unaskedMediaMs)
    await files.sweep(findKnown, fileAgeMs)
  }

  return {
    sweep,
    start(onFailure: (error: unknown) => void) {
      const go = () => void sweep().catch(onFailure)
      timers.push(setTimeout(go, firstMs).unref(), setInterval(go, sweepMs).unref())
    },
    stop() {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
