import { sql, type Kysely, type Transaction } from 'kysely'
import { ProblemError } from '../../shared/problem.ts'
import { inTransaction } from '../database/dialect.ts'
import type { Tables } from '../database/tables.ts'
import { toDay, untilTomorrowS } from './hashed-address.ts'
import { perMinute, consume } from './rates.ts'

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

/** `id` is the run's. */
export type Reservation = { id: string; visitor: string; address: string | null; input: number } & Amount
type Scope = { kind: keyof Allowances; name: string }

const subjects = { visitor: 'you', address: 'your network', all: 'this server' }
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

  /** What may have been spent before, so that this much more fits. */
  function remaining({ kind }: Scope, runs: number, { tokens, cost }: Amount) {
    const { perDay, tokensPerDay, costPerDay } = allowances[kind]
    return [
      ...(perDay !== undefined && runs > 0 ? [['runs', perDay - runs] as const] : []),
      ...(tokensPerDay !== undefined && tokens > 0 ? [['tokens', tokensPerDay - tokens] as const] : []),
      ...(costPerDay !== undefined && cost > 0 ? [['cost', Math.floor(costPerDay * 1e6) - cost] as const] : []),
    ]
  }

  /**
   * Adds to what the scopes spent on that day, unless that would pass an allowance; those where it would come back. One
   * statement: everybody takes the rows of many in the same order, and keeps them for as short as can be.
   */
  async function add(
    trx: Transaction<Tables>,
    scopes: Scope[],
    day: string,
    runs: number,
    amount: Amount,
    isLimited = true,
  ): Promise<Scope[]> {
    const rooms = scopes.map((scope) => ({ scope, rooms: isLimited ? remaining(scope, runs, amount) : [] }))
    const full = rooms.filter((each) => each.rooms.some(([, most]) => most < 0)).map(({ scope }) => scope)
    if (full.length > 0) return full
    const added = await trx
      .insertInto('spending')
      .values(scopes.map(({ name }) => ({ scope: name, day, runs, ...amount })))
      .onConflict((conflict) =>
        conflict
          .columns(['scope', 'day'])
          .doUpdateSet({
            runs: sql`spending.runs + excluded.runs`,
            tokens: sql`spending.tokens + excluded.tokens`,
            cost: sql`spending.cost + excluded.cost`,
          })
          .where(({ eb, and, or }) =>
            and(
              rooms
                .filter((each) => each.rooms.length > 0)
                .map((each) =>
                  or([
                    eb('spending.scope', '!=', each.scope.name),
                    and(each.rooms.map(([column, most]) => eb(`spending.${column}`, '<=', most))),
                  ]),
                ),
            ),
          ),
      )
      .returning('scope')
      .execute()
    return scopes.filter(({ name }) => !added.some(({ scope }) => scope === name))
  }

  /** What is only set aside, for runs that are going. */
  async function readReserved(trx: Transaction<Tables>, kind: Scope['kind'], ask: Reservation): Promise<Amount> {
    const { tokens, cost } = await trx
      .selectFrom('reservations')
      .select(({ fn }) => [fn.sum<number>('tokens').as('tokens'), fn.sum<number>('cost').as('cost')])
      .where('id', '!=', ask.id)
      .$if(kind === 'visitor', (query) => query.where('visitor', '=', ask.visitor))
      .$if(kind === 'address', (query) => query.where('address', '=', ask.address))
      .executeTakeFirstOrThrow()
    return { tokens: Number(tokens), cost: Number(cost) }
  }

  async function refuseDay(trx: Transaction<Tables>, { kind, name }: Scope, ask: Reservation, now: number) {
    const spent = await trx
      .selectFrom('spending')
      .select(['runs', 'tokens', 'cost'])
      .where('scope', '=', name)
      .where('day', '=', toDay(now))
      .executeTakeFirst()
    const { perDay, tokensPerDay = Infinity, costPerDay = Infinity } = allowances[kind]
    const waitS = untilTomorrowS(now)
    if (perDay !== undefined && Number(spent?.runs ?? 0) >= perDay) {
      const detail = `${perDay} questions a day are the limit for ${subjects[kind]}. Come back after midnight UTC.`
      throw new ProblemError(429, 'runs-per-day', detail, waitS)
    }
    const fits = ({ tokens, cost }: Amount) => tokens <= tokensPerDay && cost <= Math.floor(costPerDay * 1e6)
    if (!fits(ask)) {
      const detail = `This question may cost more than the budget of ${subjects[kind]} for a whole day. Choose a smaller thinking budget, fewer pictures or another model.`
      throw new ProblemError(422, 'question-too-costly', detail)
    }
    const reserved = await readReserved(trx, kind, ask)
    const without = (of: keyof Amount) => Number(spent?.[of] ?? 0) - reserved[of] + ask[of]
    if (fits({ tokens: without('tokens'), cost: without('cost') })) {
      const detail = `The rest of today's budget of ${subjects[kind]} is set aside for questions that are going. Wait until one has ended.`
      throw new ProblemError(429, 'runs-at-once', detail, aRunLaterS)
    }
    const detail = `Today's budget of ${subjects[kind]} is used up. Come back after midnight UTC.`
    throw new ProblemError(429, 'budget-spent', detail, waitS)
  }

  /** Questions a minute. */
  async function takeRate(trx: Transaction<Tables>, scope: Scope, now: number) {
    const { perMinute: rate } = allowances[scope.kind]
    if (rate === undefined) return
    const waitMs = await consume(trx, `runs:${scope.name}`, perMinute(rate), now)
    if (waitMs === 0) return
    const waitS = Math.ceil(waitMs / 1000)
    const detail = `${rate} questions a minute are the limit for ${subjects[scope.kind]}. Ask again in ${waitS} seconds.`
    throw new ProblemError(429, 'runs-per-minute', detail, waitS)
  }

  /** Questions at once, this one among them. */
  async function checkAtOnce(trx: Transaction<Tables>, scopes: Scope[], visitor: string, address: string | null) {
    const limited = scopes.filter(({ kind }) => allowances[kind].atOnce !== undefined)
    if (limited.length === 0) return
    const wheres = {
      visitor: sql` where visitor = ${visitor}`,
      address: sql` where address = ${address}`,
      all: sql``,
    }
    const counts = limited.map(
      ({ kind }) => sql`(select count(*) from reservations${wheres[kind]}) as ${sql.ref(`of_${kind}`)}`,
    )
    const { rows } = await sql<Record<string, number>>`select ${sql.join(counts)}`.execute(trx)
    for (const { kind } of limited) {
      const { atOnce = Infinity } = allowances[kind]
      if (Number(rows[0]?.[`of_${kind}`]) <= atOnce) continue
      const detail = `${atOnce} questions at once are the limit for ${subjects[kind]}. Wait until one has ended.`
      throw new ProblemError(429, 'runs-at-once', detail, aRunLaterS)
    }
  }

  /** Ends the reservation; `runs` is -1 where there was no run after all. */
  async function close(id: string, amount: Amount, runs: 0 | -1): Promise<void> {
    await inTransaction(db, async (trx) => {
      const row = await trx.deleteFrom('reservations').where('id', '=', id).returningAll().executeTakeFirst()
      if (!row) return
      // What was reserved is the most that it can have come to, whatever the model service says.
      const tokens = Math.min(amount.tokens, Number(row.tokens)) - Number(row.tokens)
      const cost = Math.min(amount.cost, Number(row.cost)) - Number(row.cost)
      await add(trx, toScopes(row.visitor, row.address), row.day, runs, { tokens, cost }, false)
    })
  }

  return {
    /**
     * Takes what a run may cost, in the transaction in which it comes to be, or throws a ProblemError that says when to
     * come back. `input` is the part of `tokens` that goes in.
     */
    async reserve(trx: Transaction<Tables>, ask: Reservation, now: number): Promise<void> {
      const day = toDay(now)
      const { id, visitor, address, input, tokens, cost } = ask
      const blocked = trx.selectFrom('blocked_visitors').select('visitor').where('visitor', '=', visitor)
      if (await blocked.executeTakeFirst()) {
        throw new ProblemError(403, 'visitor-blocked', 'Whoever runs this server has blocked asking from here.')
      }
      await trx
        .insertInto('reservations')
        .values({ id, run_id: id, visitor, address, day, input, tokens, cost, created_at: now })
        .execute()
      const scopes = toScopes(visitor, address)
      for (const scope of scopes) await takeRate(trx, scope, now)
      // Whoever else asks in one of the scopes waits for its row, and then counts.
      const [full] = await add(trx, scopes, day, 1, { tokens, cost })
      if (full) await refuseDay(trx, full, ask, now)
      await checkAtOnce(trx, scopes, visitor, address)
    },

    /** More for a run that goes on; false where some allowance has no more, and for a run without a reservation. */
    async extend(id: string, more: Amount): Promise<boolean> {
      const row = await db.selectFrom('reservations').selectAll().where('id', '=', id).executeTakeFirst()
      if (!row) return false
      try {
        await inTransaction(db, async (trx) => {
          // The reservation first, as when it is closed: two that go the same way never wait for each other.
          const { numUpdatedRows } = await trx
            .updateTable('reservations')
            .set({ tokens: sql`tokens + ${more.tokens}`, cost: sql`cost + ${more.cost}` })
            .where('id', '=', id)
            .executeTakeFirst()
          if (numUpdatedRows === 0n) throw new Spending()
          const full = await add(trx, toScopes(row.visitor, row.address), row.day, 0, more)
          if (full.length > 0) throw new Spending()
        })
        return true
      } catch (error) {
        if (error instanceof Spending) return false
        throw error
      }
    },

    settle: (id: string, amount: Amount) => close(id, amount, 0),
    release: (id: string) => close(id, { tokens: 0, cost: 0 }, -1),
  }
}

/** Rolls back what some of the scopes had given already. */
class Spending extends Error {}
