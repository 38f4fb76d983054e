import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ProblemError } from '../../shared/problem.ts'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import { inTransaction } from '../database/dialect.ts'
import type { Tables } from '../database/tables.ts'
import { createLedger, type Allowances } from './ledger.ts'

const noon = Date.UTC(2026, 10, 25, 12)
eachDatabase((create) => {
  let database: TestDatabase
  let db: Kysely<Tables>
  beforeEach(async () => {
    database = await create()
    db = (await database.open()).db
  })
  afterEach(() => database.drop())

  let count = 0
  function createAsk(allowances: Partial<Allowances>) {
    const ledger = createLedger(db, { visitor: {}, address: {}, all: {}, ...allowances })
    const ask = async (
      over: { visitor?: string; address?: string; tokens?: number; cost?: number } = {},
      now = noon,
    ) => {
      const id = `r${(count += 1)}`
      const reservation = { id, visitor: 'v', address: null, input: 1, tokens: 0, cost: 0, ...over }
      return await inTransaction(db, (trx) => ledger.reserve(trx, reservation, now))
        .then(() => id)
        .catch((error: ProblemError) => ({ code: error.code, retryAfterS: error.retryAfterS }))
    }
    return { ledger, ask }
  }
  const passed = (results: unknown[]) => results.filter((result) => typeof result === 'string').length
  const spent = async (scope: string) =>
    await db.selectFrom('spending').select(['runs', 'tokens', 'cost']).where('scope', '=', scope).executeTakeFirst()

  describe('the last unit of a budget', () => {
    test.each<[string, Partial<Allowances>]>([
      ['tokens of the visitor', { visitor: { tokensPerDay: 1_000 } }],
      ['tokens of the address', { address: { tokensPerDay: 1_000 } }],
      ['tokens of all', { all: { tokensPerDay: 1_000 } }],
      ['money of all', { all: { costPerDay: 0.001 } }],
      ['runs a day', { visitor: { perDay: 10 } }],
      ['runs at once', { address: { atOnce: 10 } }],
      ['runs a minute', { all: { perMinute: 10 } }],
    ])('%s: of forty that race exactly one passes', async (_name, allowances) => {
      const { ask } = createAsk(allowances)
      const unit = { address: 'a', tokens: 100, cost: 100 }
      for (let index = 0; index < 9; index += 1) expect(typeof (await ask(unit))).toBe('string')
      const racing = Array.from({ length: 40 }, () => ask(unit))
      expect(passed(await Promise.all(racing))).toBe(1)
    })
  })

  describe('a refusal says when to come back', () => {
    test('a day’s limits at midnight UTC', async () => {
      const { ledger, ask } = createAsk({ visitor: { perDay: 1 }, all: { tokensPerDay: 10 } })
      const id = (await ask({ tokens: 5 })) as string
      expect(await ask()).toEqual({ code: 'runs-per-day', retryAfterS: 12 * 3600 })
      // Set aside for a run that goes on is not spent.
      expect(await ask({ visitor: 'w', tokens: 6 })).toEqual({ code: 'runs-at-once', retryAfterS: 15 })
      await ledger.settle(id, { tokens: 5, cost: 0 })
      expect(await ask({ visitor: 'w', tokens: 6 })).toEqual({ code: 'budget-spent', retryAfterS: 12 * 3600 })
      expect(await ask({ visitor: 'w', tokens: 11 })).toMatchObject({ code: 'question-too-costly' })
      expect(await ask({}, noon + 12 * 3600_000 - 1)).toEqual({ code: 'runs-per-day', retryAfterS: 1 })
      expect(passed([await ask({}, noon + 12 * 3600_000)])).toBe(1)
    })
    test('a minute’s limit when the next is due', async () => {
      const { ask } = createAsk({ visitor: { perMinute: 2 } })
      await ask()
      await ask()
      expect(await ask()).toEqual({ code: 'runs-per-minute', retryAfterS: 30 })
      expect(passed([await ask({}, noon + 30_000)])).toBe(1)
    })
    test('runs at once when one has ended', async () => {
      const { ledger, ask } = createAsk({ visitor: { atOnce: 1 } })
      const first = (await ask()) as string
      expect(await ask()).toMatchObject({ code: 'runs-at-once' })
      await ledger.settle(first, { tokens: 0, cost: 0 })
      expect(passed([await ask()])).toBe(1)
    })
  })

  test('a refusal takes nothing from any scope', async () => {
    const { ask } = createAsk({ visitor: { perMinute: 1 }, all: { tokensPerDay: 100 } })
    expect(await ask({ tokens: 101 })).toMatchObject({ code: 'question-too-costly' })
    expect(await spent('visitor:v')).toBeUndefined()
    expect(passed([await ask({ tokens: 100 })])).toBe(1)
  })

  test('a run is settled by what it came to, once', async () => {
    const { ledger, ask } = createAsk({})
    const id = (await ask({ address: 'a', tokens: 5_000, cost: 700 })) as string
    expect(await spent('all')).toEqual({ runs: 1, tokens: 5_000, cost: 700 })
    await Promise.all([ledger.settle(id, { tokens: 900, cost: 120 }), ledger.settle(id, { tokens: 900, cost: 120 })])
    for (const scope of ['visitor:v', 'address:a', 'all']) {
      expect(await spent(scope)).toEqual({ runs: 1, tokens: 900, cost: 120 })
    }
    const refused = (await ask({ tokens: 5_000 })) as string
    await ledger.release(refused)
    expect(await spent('visitor:v')).toEqual({ runs: 1, tokens: 900, cost: 120 })
  })

  test('a longer run takes more while there is more, in every scope or in none', async () => {
    const { ledger, ask } = createAsk({ all: { tokensPerDay: 1_000 } })
    const id = (await ask({ tokens: 400 })) as string
    expect(await ledger.extend(id, { tokens: 500, cost: 0 })).toBe(true)
    expect(await ledger.extend(id, { tokens: 500, cost: 0 })).toBe(false)
    expect(await spent('visitor:v')).toMatchObject({ tokens: 900 })
    await ledger.settle(id, { tokens: 850, cost: 0 })
    expect(await spent('all')).toMatchObject({ tokens: 850 })
    expect(await ledger.extend(id, { tokens: 1, cost: 0 }), 'without a reservation').toBe(false)
  })

  test('more than was reserved is not believed', async () => {
    const { ledger, ask } = createAsk({})
    const id = (await ask({ tokens: 400, cost: 30 })) as string
    await ledger.settle(id, { tokens: 1e12, cost: 1e12 })
    expect(await spent('all')).toMatchObject({ tokens: 400, cost: 30 })
  })

  test('one visitor’s limit is not another’s, nor one address’s', async () => {
    const { ask } = createAsk({ visitor: { perDay: 1 }, address: { perDay: 2 } })
    expect(passed([await ask({ address: 'a' }), await ask({ visitor: 'w', address: 'a' })])).toBe(2)
    expect(await ask({ address: 'b' })).toMatchObject({ code: 'runs-per-day' })
    expect(await ask({ visitor: 'x', address: 'a' })).toMatchObject({ code: 'runs-per-day' })
    expect(passed([await ask({ visitor: 'x', address: 'b' })])).toBe(1)
  })

  test('a blocked visitor asks nothing', async () => {
    const { ask } = createAsk({})
    await db.insertInto('blocked_visitors').values({ visitor: 'v', created_at: noon }).execute()
    expect(await ask()).toMatchObject({ code: 'visitor-blocked' })
    expect(passed([await ask({ visitor: 'w' })])).toBe(1)
  })
})
