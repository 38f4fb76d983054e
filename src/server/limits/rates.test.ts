import type { Kysely } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eachDatabase, type TestDatabase } from '../database/each-database.ts'
import type { Tables } from '../database/tables.ts'
import { createLocalRates, giveBack, perMinute, sweepRates, takeOne } from './rates.ts'

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
    const take = (now: number) => takeOne(db, 'a', rate, now)
    expect([await take(0), await take(0), await take(0)]).toEqual([0, 0, 0])
    const wait = await take(0)
    expect(wait).toBe(1_000)
    expect(await take(wait - 1)).toBe(1)
    expect(await take(wait)).toBe(0)
    expect(await take(wait)).toBe(1_000)
    expect(await take(100_000)).toBe(0)
  })

  test('twenty that race for the last get it once', async () => {
    const rate = perMinute(5)
    for (let index = 0; index < 4; index += 1) await takeOne(db, 'race', rate, 0)
    const waits = await Promise.all(Array.from({ length: 20 }, () => takeOne(db, 'race', rate, 0)))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(1)
  })

  test('a clock that is set back by a day shuts nobody out for a day', async () => {
    const rate = { burst: 2, everyMs: 1_000 }
    const local = createLocalRates()
    const day = 24 * 3_600_000
    for (const take of [(now: number) => takeOne(db, 'clock', rate, now), (now: number) => local('clock', rate, now)]) {
      const waits = []
      for (const now of [day, day, day, 0, 0, 0, 1_000]) waits.push(await take(now))
      expect(waits).toEqual([0, 0, 1_000, 0, 0, 1_000, 0])
    }
  })

  test('what was given back can be taken again; what is whole again is forgotten', async () => {
    const rate = { burst: 1, everyMs: 1_000 }
    expect(await takeOne(db, 'b', rate, 0)).toBe(0)
    await giveBack(db, 'b', rate)
    expect(await takeOne(db, 'b', rate, 0)).toBe(0)
    await sweepRates(db, 10_000_000)
    expect(await db.selectFrom('rates').selectAll().execute()).toEqual([])
  })
})
