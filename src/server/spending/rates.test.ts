import type { Kysely } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import type { Tables } from '../database/tables.ts'
import { createLocalRates, refund, perMinute, sweepRates, consume } from './rates.ts'

eachDatabase((create) => {
  let database: TestDatabase
  let db: Kysely<Tables>
  beforeAll(async () => {
    database = await create()
    db = (await database.open()).db
  })
  afterAll(() => database.drop())

  test('so many at once, then one at a time, and each refusal says exactly when', async () => {
    const rate = { burst: 3, everyMs: 1_000 }
    const take = (now: number) => consume(db, 'a', rate, now)
    expect([await take(0), await take(0), await take(0)]).toEqual([0, 0, 0])
    const wait = await take(0)
    expect(wait).toBe(1_000)
    expect(await take(wait - 1)).toBe(1)
    expect(await take(wait)).toBe(0)
    expect(await take(wait)).toBe(1_000)
    expect(await take(100_000)).toBe(0)
  })

  test('several at a time, and never more than there ever are', async () => {
    const rate = { burst: 10, everyMs: 1_000 }
    const take = (count: number, now = 0) => consume(db, 'several', rate, now, count)
    expect([await take(6), await take(5), await take(4)]).toEqual([0, 1_000, 0])
    expect([await take(99), await take(99, 10_000)]).toEqual([10_000, 0])
    const takeLocal = createLocalRates()
    expect([6, 5, 4].map((count) => takeLocal('several', rate, 0, count))).toEqual([0, 1_000, 0])
    expect([takeLocal('several', rate, 0, 99), takeLocal('several', rate, 10_000, 99)]).toEqual([10_000, 0])
  })

  test('twenty that race for the last get it once', async () => {
    const rate = perMinute(5)
    for (let index = 0; index < 4; index += 1) await consume(db, 'race', rate, 0)
    const waits = await Promise.all(Array.from({ length: 20 }, () => consume(db, 'race', rate, 0)))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(1)
  })

  test('a clock that is set back by a day shuts nobody out for a day', async () => {
    const rate = { burst: 2, everyMs: 1_000 }
    const local = createLocalRates()
    const day = 24 * 3_600_000
    for (const take of [(now: number) => consume(db, 'clock', rate, now), (now: number) => local('clock', rate, now)]) {
      const waits = []
      for (const now of [day, day, day, 0, 0, 0, 1_000]) waits.push(await take(now))
      expect(waits).toEqual([0, 0, 1_000, 0, 0, 1_000, 0])
    }
  })

  test('what was given back can be taken again; what is whole again is forgotten', async () => {
    const rate = { burst: 1, everyMs: 1_000 }
    expect(await consume(db, 'b', rate, 0)).toBe(0)
    await refund(db, 'b', rate)
    expect(await consume(db, 'b', rate, 0)).toBe(0)
    await sweepRates(db, 10_000_000)
    expect(await db.selectFrom('rates').selectAll().execute()).toEqual([])
  })
})
