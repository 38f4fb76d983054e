import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Model } from '../../shared/config.ts'
import type { RunEventBody } from '../../shared/run/run.ts'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import { inTransaction } from '../database/dialect.ts'
import type { Tables } from '../database/tables.ts'
import type { Source } from '../../shared/run/source.ts'
import { parseSettings } from '../settings.ts'
import { createHashAddress } from './hashed-address.ts'
import { createLedger, type Allowances } from './ledger.ts'
import { createMeter, type AdmissionRequest } from './meter.ts'
import { tendLedger } from './settle-orphans.ts'
import { toAllowances } from './allowances.ts'

const model: Model = {
  id: 'm',
  label: 'M',
  thinking: 'always',
  thinkingDefault: true,
  switch: 'none',
  media: ['image'],
  prices: [{ region: 'china', currency: 'CNY', asOf: '2026-11-01', tiers: [{ input: 1, output: 10 }] }],
}
const asked: AdmissionRequest = {
  visitor: 'v',
  address: '203.0.113.7',
  isRelayed: false,
  highResolution: false,
  model,
  thinking: { enabled: true },
  turns: [{ question: 'Why?', media: [] }],
  isPaid: true,
}

eachDatabase((create) => {
  let database: TestDatabase
  let db: Kysely<Tables>
  beforeEach(async () => {
    database = await create()
    db = (await database.open()).db
  })
  afterEach(() => database.drop())

  const fail = (error: unknown) => {
    throw error
  }
  function createMetered(allowances: Partial<Allowances> = {}) {
    const ledger = createLedger(db, { visitor: {}, address: {}, all: {}, ...allowances })
    return { ledger, meter: createMeter({ direct: ledger, relayed: ledger }, createHashAddress(db), fail) }
  }

  /** Asks, reads the run to its end, and says what was spent. */
  async function play(
    events: RunEventBody[],
    over: Partial<AdmissionRequest> = {},
    allowances: Partial<Allowances> = {},
  ) {
    const { meter } = createMetered(allowances)
    const source: Source = async (signal, emit) => {
      for (const event of events) if (!signal.aborted) await emit(event)
    }
    const seen: RunEventBody[] = []
    const admission = await meter.admit({ ...asked, ...over })
    await inTransaction(db, (trx) => admission.reserve(trx, 'r'))
    await admission.meter(source)(new AbortController().signal, (event) => void seen.push(event))
    await meter.drain()
    const spent = await db
      .selectFrom('spending')
      .select(['tokens', 'cost', 'runs'])
      .where('scope', '=', 'all')
      .execute()
    return { seen, spent: spent[0] }
  }
  const usage: RunEventBody = { type: 'usage', inputTokens: 500, outputTokens: 1_000 }
  const answer = (text: string): RunEventBody => ({ type: 'answer-delta', text })

  describe('a run costs', () => {
    test('what the upstream says it used', async () => {
      const { spent, seen } = await play([answer('x'), usage, { type: 'finish', reason: 'stop' }])
      expect(spent).toEqual({ runs: 1, tokens: 1_500, cost: 10_500 })
      expect(seen).toHaveLength(3)
    })
    test('about what was read and written where the upstream does not say', async () => {
      const { spent } = await play([answer('word '.repeat(1_000)), { type: 'finish', reason: 'stopped' }])
      expect(spent?.tokens).toBeGreaterThan(1_200)
      expect(spent?.tokens).toBeLessThan(3_000)
    })
    test('nothing where the upstream refused it', async () => {
      const refusal: RunEventBody = { type: 'error', code: 'invalid-key', message: '', retryable: false }
      expect((await play([refusal])).spent).toEqual({ runs: 1, tokens: 0, cost: 0 })
    })
    test('its question where the model went silent over it', async () => {
      const silence: RunEventBody = { type: 'error', code: 'silence-timeout', message: '', retryable: true }
      expect((await play([silence])).spent?.tokens).toBeGreaterThan(100)
    })
    test('nothing in demo mode and with a local model', async () => {
      expect((await play([answer('x'), usage], { isPaid: false })).spent).toEqual({ runs: 1, tokens: 0, cost: 0 })
    })
  })

  test('a run that outgrows what its model was said to write takes more, and ends where there is no more', async () => {
    const long = Array.from({ length: 100 }, () => answer('字'.repeat(1_000)))
    const small = { ...model, thinking: 'never' as const, maxOutputTokens: 20_000 }
    const { seen, spent } = await play(long, { model: small }, { all: { tokensPerDay: 40_000 } })
    expect(seen.at(-1)).toMatchObject({ type: 'error', code: 'budget-spent' })
    expect(seen.length).toBeGreaterThan(28)
    expect(seen.length).toBeLessThan(56)
    expect(spent?.tokens).toBeLessThanOrEqual(40_000)
  })

  test('the defaults for an open server let a class of forty ask the largest model at once, behind one address', async () => {
    const { meter } = createMetered(toAllowances(parseSettings({ HOST: '0.0.0.0' })))
    const largest = { ...model, maxBudget: 262_144, maxOutputTokens: 131_072 }
    const ask = async (visitor: string, question = visitor) => {
      const admission = await meter.admit({ ...asked, visitor, model: largest })
      await inTransaction(db, (trx) => admission.reserve(trx, question))
      return async () => await admission.meter(async () => {})(new AbortController().signal, () => {})
    }
    const asking = await Promise.all(Array.from({ length: 40 }, (_, index) => ask(`pupil ${index}`)))
    await ask('pupil 0', 'second')
    await expect(ask('pupil 0', 'third')).rejects.toMatchObject({ code: 'runs-at-once' })
    await asking[7]?.()
    await meter.drain()
    await ask('pupil 0', 'third')
  })

  test('a server that only its own machine reaches limits nothing unless told to', async () => {
    expect(toAllowances(parseSettings({}))).toEqual({ visitor: {}, address: {}, all: {} })
    expect(toAllowances(parseSettings({ VISITOR_RUNS_PER_DAY: '5' })).visitor).toEqual({ perDay: 5 })
    const open = toAllowances(parseSettings({ PUBLIC_URL: 'https://work.example', ADDRESS_RUNS_PER_DAY: '0' }))
    expect(open.visitor.perDay).toBeGreaterThan(0)
    expect(open.address.perDay).toBeUndefined()
  })

  test('what a dead server left behind is settled by what its runs came to', async () => {
    const { ledger } = createMetered()
    const now = Date.now()
    const insertRun = async (id: string, owner: string | null, result: object | null) =>
      await db
        .insertInto('runs')
        .values({
          id,
          visitor: 'v',
          parent: null,
          sibling_of: null,
          conversation: id,
          question: 'q',
          media: '[]',
          model: 'm',
          thinking: '{}',
          key: null,
          body_hash: '',
          owner,
          created_at: now,
          deleted_at: null,
          result: result && JSON.stringify(result),
          thinking_text: '',
          answer_text: '字'.repeat(50),
          timeline: null,
        })
        .execute()
    const spent = async (visitor: string) =>
      await db
        .selectFrom('spending')
        .select(['runs', 'tokens'])
        .where('scope', '=', `visitor:${visitor}`)
        .executeTakeFirst()
    const reserve = async (id: string) =>
      await inTransaction(db, (trx) =>
        ledger.reserve(trx, { id, visitor: id, address: null, input: 7, tokens: 1_000, cost: 0 }, now),
      )
    await insertRun('used', null, { usage: { inputTokens: 10, outputTokens: 20 } })
    await insertRun('guessed', null, {})
    await insertRun('boasted', null, { usage: { inputTokens: 1e9, outputTokens: 1e9 } })
    await insertRun('going', 'another instance', null)
    for (const id of ['used', 'guessed', 'boasted', 'going', 'purged', 'never']) await reserve(id)
    // Of an older version, which reserved first.
    await db.updateTable('reservations').set({ run_id: null }).where('id', '=', 'never').execute()
    await tendLedger(db, ledger, () => [model], now)
    expect(await spent('used')).toEqual({ runs: 1, tokens: 30 })
    expect(await spent('guessed')).toEqual({ runs: 1, tokens: 42 })
    expect(await spent('boasted')).toEqual({ runs: 1, tokens: 1_000 })
    expect(await spent('going')).toEqual({ runs: 1, tokens: 1_000 })
    expect(await db.selectFrom('reservations').select('id').orderBy('id').execute()).toEqual([
      { id: 'going' },
      { id: 'never' },
      { id: 'purged' },
    ])
    await tendLedger(db, ledger, () => [model], now + 200_000)
    expect(await spent('never')).toEqual({ runs: 0, tokens: 0 })
    expect(await spent('purged')).toEqual({ runs: 1, tokens: 1_000 })
    expect(await spent('going')).toEqual({ runs: 1, tokens: 1_000 })
  })
})
