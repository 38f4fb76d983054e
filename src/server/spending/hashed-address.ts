import { createHmac, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { toSubnet } from '../network/client-address.ts'
import type { Tables } from '../database/tables.ts'

const dayMs = 24 * 3_600_000

/** UTC, so that all instances agree. */
export const toDay = (now: number): string => new Date(now).toISOString().slice(0, 10)
export const untilTomorrowS = (now: number): number => Math.ceil((dayMs - (now % dayMs)) / 1000)

export type HashAddress = (address: string | undefined, now: number) => Promise<string | undefined>

/**
 * What is stored of an address: a hash under the day's salt. The salt goes when the day is over, and then nobody can say
 * which address it was.
 */
export function createHashAddress(db: Kysely<Tables>): HashAddress {
  let known: { day: string; salt: string } | undefined
  return async (address, now) => {
    if (address === undefined) return undefined
    const day = toDay(now)
    if (known?.day !== day) {
      await db
        .insertInto('salts')
        .values({ day, salt: randomBytes(32).toString('base64url') })
        .onConflict((conflict) => conflict.column('day').doNothing())
        .execute()
      await db.deleteFrom('salts').where('day', '<', day).execute()
      known = await db.selectFrom('salts').selectAll().where('day', '=', day).executeTakeFirstOrThrow()
    }
    return createHmac('sha256', known.salt).update(toSubnet(address)).digest('base64url').slice(0, 22)
  }
}
