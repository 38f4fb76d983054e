import { setTimeout as sleep } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { ProblemError } from '../../shared/problem.ts'
import type { Tables } from '../database/tables.ts'
import type { Writer } from '../network/writer.ts'
import type { HashAddress } from './hashed-address.ts'
import { createLocalRates, perMinute, consume } from './rates.ts'

/** Millions of pixels a minute: forty photos of a phone, of a class ten times as many. */
const ofVisitor = perMinute(480)
const ofAddress = perMinute(4_800)
/** For the only machine that reaches the server. */
const ofOwn = perMinute(4_800)
const maxPauseMs = 5_000

export type PixelLimit = (writer: Writer, pixels: number) => Promise<void>

/** Throws a ProblemError where too much was decoded of late, or waits where the writer is patient. */
export function createPixelLimit(deps: { db: Kysely<Tables>; toAddressKey: HashAddress; isOwn: boolean }): PixelLimit {
  const { db, toAddressKey, isOwn } = deps
  const takeLocal = createLocalRates()

  async function take({ visitor, address, isRelayed }: Writer, count: number): Promise<number> {
    const now = Date.now()
    if (isOwn && !isRelayed) return takeLocal(visitor, ofOwn, now, count)
    const key = await toAddressKey(address, now)
    const waitMs = key === undefined ? 0 : await consume(db, `pixels:address:${key}`, ofAddress, now, count)
    return waitMs > 0 ? waitMs : await consume(db, `pixels:visitor:${visitor}`, ofVisitor, now, count)
  }

  return async (writer, pixels) => {
    for (;;) {
      const waitMs = await take(writer, Math.ceil(pixels / 1e6))
      if (waitMs === 0) return
      if (!writer.isPatient) {
        const waitS = Math.ceil(waitMs / 1000)
        const detail = `Too many pixels in a short time. Send the next picture in ${waitS} seconds, or a smaller one.`
        throw new ProblemError(429, 'pixels-per-minute', detail, waitS)
      }
      await sleep(Math.min(waitMs, maxPauseMs))
    }
  }
}
