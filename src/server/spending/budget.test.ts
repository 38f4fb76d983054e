import fc from 'fast-check'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Model } from '../../shared/config.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Run, RunEventBody } from '../../shared/run/run.ts'
import type { Turn } from '../model/contract.ts'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import type { Tables } from '../database/tables.ts'
import { catalogue } from '../model/catalogue.ts'
import { createRuns, type Runs } from '../runs/runs.ts'
import { createRunStore } from '../runs/run-store.ts'
import { createHashAddress } from './hashed-address.ts'
import { createLedger, type Allowance, type Allowances } from './ledger.ts'
import { createMeter } from './meter.ts'
import { tendLedger } from './settle-orphans.ts'
import { toWorst } from './worst.ts'

/** What is asked, and what the model makes of it. */
type Question = {
  model: Model
  visitor: string
  address: string
  text: string
  pictures: number
  high: boolean
  budget: number
  /** Of the most that the catalogue allows; above one it is a lie. */
  used: { input: number; output: number } | undefined
  written: number
  end: 'finish' | 'stop' | 'delete'
}

const share = fc.double({ min: 0, max: 1, noNaN: true })
const question: fc.Arbitrary<Question> = fc.record({
  model: fc.constantFrom(...catalogue),
  visitor: fc.constantFrom('v', 'w'),
  address: fc.constantFrom('203.0.113.7', '198.51.100.9'),
  text: fc.string({ minLength: 1, maxLength: 2_000 }),
  pictures: fc.integer({ min: 0, max: 8 }),
  high: fc.boolean(),
  budget: fc.integer({ min: 1, max: 16_000 }),
  used: fc.option(
    fc.record({
      input: fc.oneof(share, fc.constantFrom(1, 10, 1e9)),
      output: fc.oneof(share, fc.constantFrom(1, 10, 1e9)),
    }),
    { nil: undefined },
  ),
  written: fc.integer({ min: 0, max: 60_000 }),
  end: fc.constantFrom('finish', 'finish', 'stop', 'delete'),
})
const allowance: fc.Arbitrary<Allowance> = fc.record(
  { tokensPerDay: fc.integer({ min: 1_000, max: 1_500_000 }), costPerDay: fc.integer({ min: 0, max: 8 }) },
  { requiredKeys: [] },
)
const allowances: fc.Arbitrary<Allowances> = fc.record({ visitor: allowance, address: allowance, all: allowance })

const turnsOf = ({ text, pictures }: Question): Turn[] => [
  {
    question: text,
    media: Array.from({ length: pictures }, () => ({ mime: 'image/png', read: async () => new Uint8Array() })),
  },
]

eachDatabase((create) => {
  let database: TestDatabase
  let db: Kysely<Tables>
  let runs: Runs
  beforeEach(async () => {
    database = await create()
    db = (await database.open()).db
    runs = createRuns(createRunStore(db), () => {})
    await runs.open()
  })
  afterEach(async () => {
    await runs.shutDown(0)
    await database.drop()
  })

  function createDesk(limits: Allowances) {
    const ledger = createLedger(db, limits)
    const failures: unknown[] = []
    const meter = createMeter({ direct: ledger, relayed: ledger }, createHashAddress(db), (error) =>
      failures.push(error),
    )
    let asked = 0
    const ask = async (
      { visitor, model, ...rest }: Question,
      key?: string,
    ): Promise<{ run: Run; isNew: boolean } | undefined> => {
      const thinking = { enabled: true, budget: Math.min(rest.budget, model.maxBudget ?? 1) }
      const turns = turnsOf({ visitor, model, ...rest })
      const worst = toWorst(model, thinking, turns, rest.high)
      const events: RunEventBody[] = [{ type: 'answer-delta', text: 'x'.repeat(rest.written) }]
      if (rest.used) {
        const [inputTokens, outputTokens] = [worst.input * rest.used.input, worst.output * rest.used.output]
        events.push({ type: 'usage', inputTokens: Math.ceil(inputTokens), outputTokens: Math.ceil(outputTokens) })
      }
      const admission = await meter.admit({
        visitor,
        address: rest.address,
        isRelayed: false,
        model,
        thinking,
        turns,
        highResolution: rest.high,
        isPaid: true,
      })
      const source = admission.meter(async (signal, emit) => {
        asked += 1
        for (const event of events) if (!signal.aborted) await emit(event)
        if (rest.end === 'finish') return await emit({ type: 'finish', reason: 'stop' })
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      })
      const input = {
        visitor,
        question: rest.text,
        media: [],
        model: model.id,
        thinking,
        bodyHash: 'h',
        ...(key !== undefined && { key }),
      }
      return await runs.create(input, source, admission.reserve).catch((error: unknown) => {
        if (error instanceof ProblemError && (error.status === 429 || error.code === 'question-too-costly'))
          return undefined
        throw error
      })
    }
    return { meter, ledger, failures, ask, asked: () => asked }
  }

  async function end(id: string, { visitor, end: how }: Question) {
    if (how === 'stop') await runs.stop(id, visitor)
    if (how === 'delete') await runs.delete(id, visitor)
    const { feed, release } = await runs.follow(id)
    await expect.poll(feed.isComplete, { interval: 5 }).toBe(true)
    release()
  }

  const spending = async () => await db.selectFrom('spending').selectAll().execute()
  const scopeOf = (scope: string) => scope.split(':')[0] as keyof Allowances

  test('for any runs that are let in, and anything that a service says they used, no budget is overspent', async () => {
    await fc.assert(
      fc.asyncProperty(
        allowances,
        fc.array(fc.array(question, { minLength: 1, maxLength: 5 }), { maxLength: 3 }),
        async (limits, rounds) => {
          await db.deleteFrom('spending').execute()
          await db.deleteFrom('reservations').execute()
          const { meter, ledger, ask, asked } = createDesk(limits)
          const expectWithin = async () => {
            for (const { scope, tokens, cost } of await spending()) {
              const { tokensPerDay = Infinity, costPerDay = Infinity } = limits[scopeOf(scope)]
              expect(Number(tokens), scope).toBeLessThanOrEqual(tokensPerDay)
              expect(Number(cost), scope).toBeLessThanOrEqual(costPerDay * 1e6)
              expect(Number(tokens), scope).toBeGreaterThanOrEqual(0)
            }
          }
          let admitted = 0
          for (const round of rounds) {
            const made = await Promise.all(round.map(async (one) => ({ one, created: await ask(one) })))
            await expectWithin()
            for (const { one, created } of made) {
              if (!created) continue
              admitted += 1
              await end(created.run.id, one)
            }
            await meter.drain()
            await expectWithin()
          }
          await tendLedger(db, ledger, () => catalogue, Date.now() + 300_000)
          await expectWithin()
          expect(await db.selectFrom('reservations').select('id').execute()).toEqual([])
          const all = (await spending()).find(({ scope }) => scope === 'all')
          expect([Number(all?.runs ?? 0), asked()]).toEqual([admitted, admitted])
        },
      ),
      { numRuns: 25 },
    )
  })

  const plain: Question = {
    model: catalogue[0] as Model,
    visitor: 'v',
    address: '203.0.113.7',
    text: 'Why?',
    pictures: 0,
    high: false,
    budget: 1_000,
    used: { input: 0.5, output: 0.5 },
    written: 10,
    end: 'finish',
  }

  test('what a service says is counted to the token, and told where it cannot be', async () => {
    const { ask, meter, failures } = createDesk({ visitor: {}, address: {}, all: {} })
    const worst = toWorst(plain.model, { enabled: true, budget: 1_000 }, turnsOf(plain), false)
    const created = await ask(plain)
    await end(created?.run.id ?? '', plain)
    await meter.drain()
    const half = Math.ceil(worst.input / 2) + Math.ceil(worst.output / 2)
    const all = async () => Number((await spending()).find(({ scope }) => scope === 'all')?.tokens)
    expect([await all(), failures]).toEqual([half, []])
    const lying = await ask({ ...plain, used: { input: 1e9, output: 1 } })
    await end(lying?.run.id ?? '', plain)
    await meter.drain()
    expect(await all()).toBe(half + worst.input + worst.output)
    expect(failures).toHaveLength(1)
  })

  test('the key of a run is asked again and again, while it goes, is deleted and purged: each run is counted, none twice', async () => {
    const { ask, meter, asked } = createDesk({ visitor: { perDay: 12 }, address: {}, all: {} })
    const keys = ['a', 'b', 'c']
    let made = 0
    let refused = 0
    for (let round = 0; round < 8; round += 1) {
      const results = await Promise.all(
        keys.flatMap((key) => Array.from({ length: 6 }, () => ask({ ...plain, end: 'stop' }, key))),
      )
      refused += results.filter((result) => result === undefined).length
      made += results.filter((result) => result?.isNew).length
      for (const id of new Set(results.flatMap((result) => result?.run.id ?? []))) await runs.delete(id, 'v')
      await createRunStore(db).purge(Date.now() + 20_000)
    }
    await meter.drain()
    expect(made).toBe(12)
    expect(refused).toBeGreaterThan(0)
    expect(asked()).toBe(12)
    const all = (await spending()).find(({ scope }) => scope === 'all')
    expect(Number(all?.runs)).toBe(12)
    expect(await db.selectFrom('reservations').select('id').execute()).toEqual([])
  })
})
