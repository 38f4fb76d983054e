import { statfs } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Source } from '../../shared/run/source.ts'
import { storageFull } from '../database/disk-full.ts'

/** Without a setting: this much, or a tenth of a small disk. */
const usualReserve = 512_000_000
const usualShare = 0.1
/** A look at the disk is believed for so long; what was let in since counts. */
const freshMs = 250
const tickMs = 1_000
/** A text is written to the log of the database and to the database. */
const writtenTwice = 2

export type DiskSpace = { total: number; free: number }
export type DiskReserve = ReturnType<typeof createDiskReserve>

export const readDiskSpace = async (dir: string): Promise<DiskSpace> => {
  const { bsize, blocks, bavail } = await statfs(dir)
  return { total: blocks * bsize, free: bavail * bsize }
}

/**
 * Keeps some of the disk free, so that what is going can end and what is there can be deleted. `readSpare` tells how much
 * room the database has inside its own file.
 */
export function createDiskReserve(options: {
  readSpace: () => Promise<DiskSpace>
  readSpare?: () => Promise<number>
  reserveBytes?: number | undefined
}) {
  const { readSpace, readSpare = async () => 0, reserveBytes } = options
  let space = { free: Infinity, spare: 0, reserve: 0 }
  let lookedAt = -Infinity
  let admitted = 0
  let looking: Promise<void> | undefined

  async function look() {
    const [{ total, free }, spare] = await Promise.all([readSpace(), readSpare()])
    space = { free, spare, reserve: reserveBytes ?? Math.min(usualReserve, total * usualShare) }
    lookedAt = performance.now()
    admitted = 0
  }

  /** A disk of which nothing can be learnt stops nobody. */
  const refresh = () =>
    (looking ??= look()
      .catch(() => {})
      .finally(() => {
        looking = undefined
      }))
  void refresh()
  const timer = setInterval(() => void refresh(), tickMs).unref()

  /** What a database puts into its own room goes through its log all the same. */
  const isLow = (bytes = 0, spare = space.spare) => {
    const left = space.free - admitted - bytes
    return left + spare < space.reserve || left < space.reserve / 2
  }

  return {
    /** Throws a ProblemError where so much more may not be written. `isText`: to the database. */
    async admit(bytes: number, isText: boolean): Promise<void> {
      if (performance.now() - lookedAt > freshMs) await refresh()
      const written = isText ? bytes * writtenTwice : bytes
      if (isLow(written, isText ? space.spare : 0)) {
        throw storageFull('The disk of this server is nearly full. What is there can be read, ended and deleted.')
      }
      admitted += written
    },

    /** What a model says waits at the model while the disk is nearly full: only its end is still saved. */
    hold:
      (source: Source): Source =>
      (signal, emit) =>
        source(signal, (event) => {
          if (!isLow() || event.type === 'finish' || event.type === 'error') return emit(event)
          return (async () => {
            while (isLow() && !signal.aborted) await sleep(tickMs, undefined, { signal }).catch(() => {})
            await emit(event)
          })()
        }),

    close: () => clearInterval(timer),
  }
}
