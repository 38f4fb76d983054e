import { sql, type Kysely, type Transaction } from 'kysely'
import { ProblemError } from '../../shared/problem.ts'
import { inTransaction } from '../database/engine.ts'
import type { Tables } from '../database/tables.ts'
import { keyMs } from '../runs/run-store.ts'
import { toDay, untilTomorrowS } from './address-key.ts'
import { perMinute, takeOne } from './rates.ts'

/** Tokens, and money in millionths of the price list's currency. */
export type Amount = { tokens: number; cost: number }

/** What is not there is not limited. `cost` in the price list's currency. */
export type Allowance = {
  atOnce?: number
  perMinute?: number
  perDay?: number
  tokensPerDay?: number
  costPerDay?: number
}
export type Allowances = Record<'visitor' | 'address' | 'all', Allowance>

export type Reservation = { id: string; amount: Amount }
type Scope = { kind: keyof Allowances; name: string }

const whose = { visitor: 'you', address: 'your network', all: 'this server' }
/** Nobody knows when a run ends. */
const aRunLaterS = 15

export type Ledger = ReturnType<typeof createLedger>

/**
 * Who may ask, and what it may cost: reserved before a run and settled after it, in the database, so that it holds
 * exactly however many ask at once and on however many instances.
 */
export function createLedger(db: Kysely<Tables>, allowances: Allowances) {
  const toScopes = (visitor: string, address: string | null): Scope[] => [
    { kind: 'visitor', name: `visitor:${visitor}` },
    ...(address === null ? [] : [{ kind: 'address' as const, name: `address:${address}` }]),
    { kind: 'all', name: 'all' },
  ]

  /** Adds to what the scope spent on that day, unless that would pass its allowance. */
  async function add(trx: Transaction<Tables>, scope: Scope, day: string, runs: number, { tokens, cost }: Amount) {
    const { perDay, tokensPerDay, costPerDay } = allowances[scope.kind]
    await trx
      .insertInto('spending')
      .values({ scope: scope.name, day, runs: 0, tokens: 0, cost: 0 })
      .onConflict((conflict) => conflict.columns(['scope', 'day']).doNothing())
      .execute()
    let update = trx
      .updateTable('spending')
      .set({ runs: sql`runs + ${runs}`, tokens: sql`tokens + ${tokens}`, cost: sql`cost + ${cost}` })
      .where('scope', '=', scope.name)
      .where('day', '=', day)
    if (perDay !== undefined && runs > 0) update = update.where('runs', '<', perDay)
    if (tokensPerDay !== undefined && tokens > 0) update = update.where('tokens', '<=', tokensPerDay - tokens)
    if (costPerDay !== undefined && cost > 0) update = update.where('cost', '<=', Math.floor(costPerDay * 1e6) - cost)
    const { numUpdatedRows } = await update.executeTakeFirst()
    return numUpdatedRows > 0n
  }

  async function refuseDay(trx: Transaction<Tables>, { kind, name }: Scope, day: string, now: number): Promise<never> {
    const spent = await trx
      .selectFrom('spending')
      .select('runs')
      .where('scope', '=', name)
      .where('day', '=', day)
      .executeTakeFirst()
    const { perDay } = allowances[kind]
    const waitS = untilTomorrowS(now)
    if (perDay !== undefined && Number(spent?.runs ?? 0) >= perDay) {
      const detail = `${perDay} questions a day are the limit for ${whose[kind]}. Come back after midnight UTC.`
      throw new ProblemError(429, 'runs-per-day', detail, waitS)
    }
    const detail = `Today's budget of ${whose[kind]} is used up. Come back after midnight UTC.`
    throw new ProblemError(429, 'budget-spent', detail, waitS)
  }

  async function admit(
    trx: Transaction<Tables>,
    scope: Scope,
    column: 'visitor' | 'address',
    value: string,
    now: number,
  ) {
    const { atOnce, perMinute: rate } = allowances[scope.kind]
    if (rate !== undefined) {
      const waitMs = await takeOne(trx, `runs:${scope.name}`, perMinute(rate), now)
      if (waitMs > 0) {
        const waitS = Math.ceil(waitMs / 1000)
        const detail = `${rate} questions a minute are the limit for ${whose[scope.kind]}. Ask again in ${waitS} seconds.`
        throw new ProblemError(429, 'runs-per-minute', detail, waitS)
      }
    }
    if (atOnce === undefined) return
    let going = trx.selectFrom('reservations').select(({ fn }) => fn.countAll().as('count'))
    if (scope.kind !== 'all') going = going.where(column, '=', value)
    if (Number((await going.executeTakeFirstOrThrow()).count) <= atOnce) return
    const detail = `${atOnce} questions at once are the limit for ${whose[scope.kind]}. Wait until one has ended.`
    throw new ProblemError(429, 'runs-at-once', detail, aRunLaterS)
  }

  /** Ends the reservation; `runs` is -1 where there was no run after all. */
  async function close(id: string, amount: Amount, runs: 0 | -1): Promise<void> {
    await inTransaction(db, async (trx) => {
      const row = await trx.deleteFrom('reservations').where('id', '=', id).returningAll().executeTakeFirst()
      if (!row) return
      const tokens = amount.tokens - Number(row.tokens)
      const cost = amount.cost - Number(row.cost)
      for (const { name } of toScopes(row.visitor, row.address)) {
        await trx
          .updateTable('spending')
          .set({ runs: sql`runs + ${runs}`, tokens: sql`tokens + ${tokens}`, cost: sql`cost + ${cost}` })
          .where('scope', '=', name)
          .where('day', '=', row.day)
          .execute()
      }
    })
  }

  return {
    /**
     * Takes what the run may cost, or throws a ProblemError that says when to come back. `undefined` where the key's
     * run is there already or on its way: asking that again is free.
     */
    async reserve(
      ask: {
        id: string
        visitor: string
        address?: string | undefined
        key?: string | undefined
        input: number
      } & Amount,
      now: number,
    ): Promise<Reservation | undefined> {
      const day = toDay(now)
      const { id, visitor, input, tokens, cost } = ask
      const address = ask.address ?? null
      return await inTransaction(db, async (trx) => {
        if (ask.key !== undefined) {
          const before = trx
            .selectFrom('runs')
            .select('id')
            .where('visitor', '=', visitor)
            .where('key', '=', ask.key)
            .where('created_at', '>=', now - keyMs)
          if (await before.executeTakeFirst()) return undefined
        }
        const blocked = trx.selectFrom('blocked_visitors').select('visitor').where('visitor', '=', visitor)
        if (await blocked.executeTakeFirst()) {
          throw new ProblemError(403, 'visitor-blocked', 'Whoever runs this server has blocked asking from here.')
        }
        const { numInsertedOrUpdatedRows: isMine } = await trx
          .insertInto('reservations')
          .values({ id, run_id: null, visitor, address, day, input, tokens, cost, created_at: now })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst()
        if (!isMine) return undefined
        // The row of what was spent is written first: whoever else asks in this scope waits for it, and then counts.
        for (const scope of toScopes(visitor, address)) {
          if (!(await add(trx, scope, day, 1, { tokens, cost }))) await refuseDay(trx, scope, day, now)
          const column = scope.kind === 'address' ? 'address' : 'visitor'
          await admit(trx, scope, column, (column === 'address' ? address : visitor) ?? '', now)
        }
        return { id, amount: { tokens, cost } }
      })
    },

    /** Names the run, so that a reservation whose server died can be settled by what the run came to. */
    async bind(id: string, runId: string): Promise<void> {
      await db.updateTable('reservations').set({ run_id: runId }).where('id', '=', id).execute()
    },

    /** More for a run that goes on; false where some allowance has no more. */
    async extend(id: string, more: Amount): Promise<boolean> {
      const row = await db.selectFrom('reservations').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) return true
      try {
        await inTransaction(db, async (trx) => {
          // The reservation first, as when it is closed: two that go the same way never wait for each other.
          const { numUpdatedRows } = await trx
            .updateTable('reservations')
            .set({ tokens: sql`tokens + ${more.tokens}`, cost: sql`cost + ${more.cost}` })
            .where('id', '=', id)
            .executeTakeFirst()
          if (numUpdatedRows === 0n) return
          for (const scope of toScopes(row.visitor, row.address)) {
            if (!(await add(trx, scope, row.day, 0, more))) throw new Spent()
          }
        })
        return true
      } catch (error) {
        if (error instanceof Spent) return false
        throw error
      }
    },

    settle: (id: string, amount: Amount) => close(id, amount, 0),
    release: (id: string) => close(id, { tokens: 0, cost: 0 }, -1),
  }
}

/** Rolls back what some of the scopes had given already. */
class Spent extends Error {}
