import { sql, type Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'

/** So many at once, then one every `everyMs`. */
export type Rate = { burst: number; everyMs: number }

/** Clocks of instances are this close. What lies further ahead was written before a clock was set back, and counts no more. */
const maxSkewMs = 5 * 60_000

export const perMinute = (count: number): Rate => ({ burst: count, everyMs: 60_000 / count })

/**
 * Takes one from `scope`, or `count` where that is not more than there ever are; exact however many ask at once. Resolves
 * to 0, or to the milliseconds until there are as many.
 */
export async function consume(db: Kysely<Tables>, scope: string, rate: Rate, now: number, count = 1): Promise<number> {
  const everyMs = Math.ceil(rate.everyMs * Math.min(count, rate.burst))
  const leeway = Math.ceil(rate.burst * rate.everyMs) - everyMs
  const latest = now + leeway + everyMs + maxSkewMs
  // The time at which all that was taken would have been earned.
  const earned = sql<number>`case when rates.earned_at between ${now} and ${latest} then rates.earned_at else ${now} end`
  const taken = await db
    .insertInto('rates')
    .values({ scope, earned_at: now + everyMs })
    .onConflict((conflict) =>
      conflict
        .column('scope')
        .doUpdateSet({ earned_at: sql`${earned} + ${everyMs}` })
        .where(({ eb, or }) => or([eb('rates.earned_at', '<=', now + leeway), eb('rates.earned_at', '>', latest)])),
    )
    .returning('earned_at')
    .executeTakeFirst()
  if (taken) return 0
  const row = await db.selectFrom('rates').select('earned_at').where('scope', '=', scope).executeTakeFirst()
  return Math.max(1, Number(row?.earned_at ?? now) - now - leeway)
}

/** Gives back what `takeOne` took. */
export async function refund(db: Kysely<Tables>, scope: string, rate: Rate): Promise<void> {
  await db
    .updateTable('rates')
    .set({ earned_at: sql`earned_at - ${Math.ceil(rate.everyMs)}` })
    .where('scope', '=', scope)
    .execute()
}

/** Forgets scopes that are whole again. */
export async function sweepRates(db: Kysely<Tables>, now: number): Promise<void> {
  await db.deleteFrom('rates').where('earned_at', '<', now).execute()
}

/** Rates of this instance only, kept in memory: the scopes that were heard of longest ago are forgotten first. */
export function createLocalRates(maxScopes = 10_000) {
  const earnedAt = new Map<string, number>()
  /** As `takeOne`. */
  return (scope: string, { burst, everyMs }: Rate, now: number, count = 1): number => {
    const taken = Math.min(count, burst)
    const known = earnedAt.get(scope) ?? 0
    const earned = known > now + burst * everyMs + maxSkewMs ? now : Math.max(now, known)
    const waitMs = Math.ceil(earned - now - (burst - taken) * everyMs)
    if (waitMs > 0) return waitMs
    earnedAt.delete(scope)
    earnedAt.set(scope, earned + taken * everyMs)
    const oldest = earnedAt.keys().next()
    if (earnedAt.size > maxScopes && !oldest.done) earnedAt.delete(oldest.value)
    return 0
  }
}
