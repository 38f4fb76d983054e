import type { Kysely } from 'kysely'
import type { MiddlewareHandler } from 'hono'
import { ProblemError } from '../../shared/problem.ts'
import type { Tables } from '../database/tables.ts'
import type { Env } from '../visitors/visitor.ts'
import type { AddressKey } from './address-key.ts'
import { perMinute, takeOne } from './rates.ts'

const ofVisitor = perMinute(60)
const ofAddress = perMinute(1_200)

/** Decoding and fetching cost no money, but time and disk. `isOwn`: nobody reaches the server but this machine. */
export function createUploadLimit(
  db: Kysely<Tables>,
  toAddressKey: AddressKey,
  isOwn: boolean,
): MiddlewareHandler<Env> {
  return async (c, next) => {
    const isFree = isOwn && !c.get('client').isRelayed
    if (c.req.method === 'POST' && !isFree) {
      const now = Date.now()
      const address = await toAddressKey(c.get('client').address, now)
      const waits = [
        await takeOne(db, `uploads:visitor:${c.get('visitor')}`, ofVisitor, now),
        ...(address === undefined ? [] : [await takeOne(db, `uploads:address:${address}`, ofAddress, now)]),
      ]
      const waitS = Math.ceil(Math.max(...waits) / 1000)
      if (waitS > 0) {
        const detail = `Too many pictures in a short time. Send the next in ${waitS} seconds.`
        throw new ProblemError(429, 'uploads-per-minute', detail, waitS)
      }
    }
    await next()
  }
}
