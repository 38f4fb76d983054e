import fc from 'fast-check'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { blank } from '../../shared/run/blank-run.ts'
import { isEnded, maxRunChars, reduceRun, type RunEvent, type RunEventBody } from '../../shared/run/run.ts'
import { fromTimeline, toTimeline } from '../../shared/run/timeline.ts'
import type { Emit } from '../../shared/run/source.ts'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import { createInstances } from './instances/instances.ts'
import { createRuns, type Runs } from './runs.ts'
import { createRunStore } from './run-store.ts'

const input = {
  visitor: 'v',
  question: 'What is x?',
  media: [],
  model: 'm',
  thinking: { enabled: true },
  bodyHash: 'h',
}

/** A source fed by hand. */
function createTap() {
  const queue: (RunEventBody | undefined)[] = []
  let wake = () => {}
  const signals: AbortSignal[] = []
  return {
    signals,
    push(...bodies: (RunEventBody | undefined)[]) {
      queue.push(...bodies)
      wake()
    },
    async source(signal: AbortSignal, emit: Emit): Promise<void> {
      signals.push(signal)
      signal.addEventListener('abort', () => wake())
      for (;;) {
        while (queue.length > 0) {
          const body = queue.shift()
          if (!body) return
          await emit(body)
        }
        if (signal.aborted) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

const whole: RunEventBody[] = [
  { type: 'start', model: 'm' },
  { type: 'thinking-delta', text: 'Let x' },
  { type: 'thinking-delta', text: ' be 5.' },
  { type: 'answer-delta', text: 'x = 5' },
  { type: 'usage', inputTokens: 3, outputTokens: 4 },
  { type: 'finish', reason: 'stop' },
]

/** All events after `after`, to the run's end. */
async function collect(runs: Runs, id: string, after = 0) {
  const { feed, release } = await runs.follow(id)
  const events: RunEvent[] = []
  for (let at = after; ;) {
    const more = feed.read(at)
    events.push(...more)
    at = more.at(-1)?.seq ?? at
    if (more.length > 0) continue
    if (feed.isComplete()) break
    await new Promise<void>((resolve) => {
      const off = feed.onChange(() => (off(), resolve()))
    })
  }
  release()
  return events
}

test('a timeline gives back every event as it was', () => {
  const delta = fc.record({
    kind: fc.constantFrom('thinking-delta' as const, 'answer-delta' as const),
    text: fc.string({ minLength: 1, unit: 'grapheme' }),
    wait: fc.nat(100_000),
  })
  fc.assert(
    fc.property(fc.array(delta), (deltas) => {
      let at = 0
      const events: RunEvent[] = [{ seq: 1, at, type: 'start', model: 'm' }]
      for (const { kind, text, wait } of deltas)
        events.push({ seq: events.length + 1, at: (at += wait), type: kind, text })
      events.push({ seq: events.length + 1, at, type: 'finish', reason: 'stop' })
      const run = events.reduce(reduceRun, blank)
      expect(fromTimeline(toTimeline(events), run.thinkingText, run.answerText)).toEqual(events)
    }),
  )
})

eachDatabase((create, engine) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await create()
  })
  afterEach(() => database.drop())

  async function open(pid = process.pid, checkpointMs?: number) {
    const { db, saving, signals } = await database.open()
    const store = createRunStore(db, saving)
    const runs = createRuns(store, () => {}, {
      signals,
      instances: createInstances('machine', pid),
      ...(checkpointMs !== undefined && { checkpointMs }),
    })
    return { db, store, runs }
  }

  describe('a run', () => {
    test('goes on to its end with nobody watching and reads the same live and stored', async () => {
      const { db, runs } = await open()
      const tap = createTap()
      const { run } = await runs.create(input, tap.source)
      tap.push(...whole)
      const live = await collect(runs, run.id)
      await vi.waitFor(async () => expect(isEnded(await runs.read(run.id, 'v'))).toBe(true))
      expect(await collect(runs, run.id)).toEqual(live)
      expect(live.map((event) => event.seq)).toEqual(live.map((_, index) => index + 1))
      const folded = await runs.read(run.id, 'v')
      expect(folded).toMatchObject({
        thinkingText: 'Let x be 5.',
        answerText: 'x = 5',
        status: 'finished',
        finish: 'stop',
      })
      expect(live.reduce(reduceRun, { ...run })).toEqual(folded)
      await runs.shutDown(0)
      expect(await db.selectFrom('commits').selectAll().execute()).toEqual([])
    })

    test('asked for events after n gives exactly the rest, and nothing after its end', async () => {
      const { runs } = await open()
      const tap = createTap()
      const { run } = await runs.create(input, tap.source)
      tap.push(...whole.slice(0, 2))
      await vi.waitFor(async () => expect((await runs.read(run.id, 'v')).thinkingText).toBe('Let x'))
      const seen = (await runs.read(run.id, 'v')).lastSeq
      const rest = collect(runs, run.id, seen)
      tap.push(...whole.slice(2))
      expect((await rest)[0]?.seq).toBe(seen + 1)
      const last = (await runs.read(run.id, 'v')).lastSeq
      expect(await collect(runs, run.id, last)).toEqual([])
    })

    test('stopped reaches the source and keeps what came, labelled stopped', async () => {
      const { runs } = await open()
      const tap = createTap()
      const { run } = await runs.create(input, tap.source)
      tap.push(...whole.slice(0, 3))
      await vi.waitFor(async () => expect((await runs.read(run.id, 'v')).status).toBe('thinking'))
      const stopped = await runs.stop(run.id, 'v')
      expect(tap.signals[0]?.aborted).toBe(true)
      expect(stopped).toMatchObject({ status: 'finished', finish: 'stopped', thinkingText: 'Let x be 5.' })
    })

    test('whose source ends without an end is cut off, and one whose source throws failed', async () => {
      const { runs } = await open()
      const cut = createTap()
      const { run } = await runs.create(input, cut.source)
      cut.push(...whole.slice(0, 2), undefined)
      expect((await collect(runs, run.id)).at(-1)).toMatchObject({ type: 'error', code: 'cut-off' })
      const { run: other } = await runs.create(input, async () => {
        throw new Error('a secret in here')
      })
      const end = (await collect(runs, other.id)).at(-1)
      expect(end).toMatchObject({ type: 'error', code: 'internal' })
      expect(JSON.stringify(end)).not.toContain('secret')
    })

    test('that would never end is ended at four million characters, and its source with it', async () => {
      const { runs } = await open()
      let isOver = false
      const { run } = await runs.create(input, async (signal, emit) => {
        while (!signal.aborted) {
          await emit({ type: 'answer-delta', text: 'x'.repeat(500_000) })
          await new Promise((resolve) => setTimeout(resolve))
        }
        isOver = true
      })
      expect((await collect(runs, run.id)).at(-1)).toMatchObject({ type: 'finish', reason: 'length' })
      expect((await runs.read(run.id, 'v')).answerText.length).toBeLessThanOrEqual(maxRunChars + 500_000)
      expect(isOver).toBe(true)
    })

    test('left behind by a dead server becomes interrupted with every saved character', async () => {
      // No process has this number.
      const first = await open(2 ** 22 + 1)
      await first.runs.open()
      const tap = createTap()
      const { run } = await first.runs.create(input, tap.source)
      tap.push(...whole.slice(0, 3))
      await vi.waitFor(async () => expect((await first.runs.read(run.id, 'v')).thinkingText).toBe('Let x be 5.'))
      const second = await open()
      await second.runs.open()
      const after = await second.runs.read(run.id, 'v')
      expect(after).toMatchObject({ status: 'failed', error: { code: 'interrupted' }, thinkingText: 'Let x be 5.' })
      // The first was only thought dead: it can add nothing, and who watches there learns that it is over.
      tap.push({ type: 'answer-delta', text: 'late' })
      expect((await collect(first.runs, run.id)).at(-1)?.type).not.toBe('answer-delta')
      await vi.waitFor(() => expect(tap.signals[0]?.aborted).toBe(true))
      expect(await collect(second.runs, run.id)).toHaveLength(after.lastSeq)
      await first.runs.shutDown(0)
      await second.runs.shutDown(0)
      expect(await second.db.selectFrom('commits').selectAll().execute()).toEqual([])
    })

    test('that was saved though nobody heard of it ends, and the same key asked again shows that', async () => {
      const { store } = await open()
      let isDeaf = true
      const insert: typeof store.insert = async (...run) => {
        const inserted = await store.insert(...run)
        if (isDeaf) throw new Error('the connection broke')
        return inserted
      }
      const runs = createRuns({ ...store, insert }, () => {})
      await runs.open()
      const asked = { ...input, key: 'k' }
      const asking = runs.create(asked, async () => {})
      await expect(asking).rejects.toThrow('broke')
      isDeaf = false
      await vi.waitFor(async () => {
        const again = await runs.create(asked, async () => {})
        expect(again).toMatchObject({ isNew: false, run: { status: 'failed', error: { code: 'interrupted' } } })
      }, 10_000)
      await runs.shutDown(0)
    })

    test('of a server elsewhere is followed from here, and left alone while that one lives', async () => {
      const first = await open()
      const second = await open(process.ppid)
      await first.runs.open()
      await second.runs.open()
      const tap = createTap()
      const { run } = await first.runs.create(input, tap.source)
      tap.push(...whole.slice(0, 3))
      const here = Promise.all([collect(second.runs, run.id), collect(second.runs, run.id)])
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      tap.push(...whole.slice(3))
      const there = await collect(first.runs, run.id)
      expect(await here).toEqual([there, there])
      expect(there.at(-1)).toMatchObject({ type: 'finish' })
      await first.runs.shutDown(0)
      await second.runs.shutDown(0)
    })

    test('stopped on another instance ends where it lives, and so does one that is deleted there', async () => {
      const first = await open()
      const second = await open(process.ppid)
      await first.runs.open()
      await second.runs.open()
      for (const end of ['stop', 'delete'] as const) {
        const tap = createTap()
        const { run } = await first.runs.create(input, tap.source)
        tap.push(...whole.slice(0, 2))
        await vi.waitFor(async () => expect((await second.runs.read(run.id, 'v')).thinkingText).toBe('Let x'))
        const ended = await second.runs[end](run.id, 'v')
        if (ended) expect(ended).toMatchObject({ status: 'finished', finish: 'stopped', thinkingText: 'Let x' })
        await vi.waitFor(() => expect(tap.signals[0]?.aborted).toBe(true), { timeout: 2_500 })
        expect((await collect(first.runs, run.id)).at(-1)).toMatchObject({ type: 'finish', reason: 'stopped' })
      }
      await first.runs.shutDown(0)
      await second.runs.shutDown(0)
    })

    test('asked for twenty times at once with one key is made once', async () => {
      const { runs } = await open()
      const tap = createTap()
      const made = await Promise.all(Array.from({ length: 20 }, () => runs.create({ ...input, key: 'k' }, tap.source)))
      expect(new Set(made.map(({ run }) => run.id)).size).toBe(1)
      expect(made.filter(({ isNew }) => isNew)).toHaveLength(1)
      expect(tap.signals).toHaveLength(1)
      await expect(runs.create({ ...input, key: 'k', bodyHash: 'other' }, tap.source)).rejects.toMatchObject({
        status: 409,
      })
      tap.push(...whole)
      await collect(runs, made[0]?.run.id ?? '')
    })

    test('takes NUL, lone surrogates and a pair cut in two without harm', async () => {
      const { runs } = await open()
      const { run } = await runs.create(input, async (_signal, emit) => {
        await emit({ type: 'answer-delta', text: 'a\0b\ud83d' })
        await emit({ type: 'answer-delta', text: '\ude00 \udc00 end\ud83d' })
        await emit({ type: 'finish', reason: 'stop' })
      })
      const events = await collect(runs, run.id)
      expect(events.reduce(reduceRun, run).answerText).toBe('ab😀 \ufffd end\ufffd')
    })

    test('of somebody else is not there; deleted it is gone, and back within ten seconds', async () => {
      const { runs } = await open()
      const tap = createTap()
      const { run } = await runs.create(input, tap.source)
      tap.push(...whole)
      await collect(runs, run.id)
      await expect(runs.read(run.id, 'w')).rejects.toMatchObject({ status: 404 })
      await runs.delete(run.id, 'v')
      await expect(runs.read(run.id, 'v')).rejects.toMatchObject({ status: 404 })
      expect((await runs.restore(run.id, 'v')).answerText).toBe('x = 5')
    })
  })

  const testOnSqlite = engine === 'SQLite' ? test : () => {}
  testOnSqlite(
    'a full disk is said clearly and reading goes on; with room again everything is saved, without a restart',
    async () => {
      const { db, runs } = await open()
      await runs.open()
      const tap = createTap()
      const { run } = await runs.create(input, tap.source)
      tap.push(...whole.slice(0, 3))
      await vi.waitFor(async () => expect((await runs.read(run.id, 'v')).thinkingText).toBe('Let x be 5.'))
      const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
      await sql`pragma max_page_count = ${sql.raw(String(rows[0]?.page_count))}`.execute(db)
      tap.push({ type: 'thinking-delta', text: 'lost? '.repeat(5_000) })
      await vi.waitFor(() => expect(runs.isReady()).toBe(false))
      await expect(runs.create({ ...input, question: 'x'.repeat(9_000) }, tap.source)).rejects.toMatchObject({
        status: 507,
        code: 'storage-full',
      })
      expect((await runs.read(run.id, 'v')).thinkingText).toBe('Let x be 5.')
      await sql`pragma max_page_count = 1000000`.execute(db)
      await vi.waitFor(() => expect(runs.isReady()).toBe(true), { timeout: 5_000 })
      tap.push(...whole.slice(3))
      const events = await collect(runs, run.id)
      expect(events.reduce(reduceRun, run).thinkingText).toBe(`Let x be 5.${'lost? '.repeat(5_000)}`)
      expect(events.at(-1)).toMatchObject({ type: 'finish' })
      await runs.shutDown(0)
    },
  )

  test('checkpoints take the commits away, and whoever reads meanwhile, or takes over, misses nothing', async () => {
    const first = await open(2 ** 22 + 1, 10)
    await first.runs.open()
    const tap = createTap()
    const { run } = await first.runs.create(input, tap.source)
    tap.push({ type: 'start', model: 'm' })
    const second = await open(process.pid)
    let text = ''
    for (let piece = 0; piece < 400; piece += 1) {
      text += `${piece} `
      tap.push({ type: piece % 7 === 0 ? 'answer-delta' : 'thinking-delta', text: `${piece} ` })
      await new Promise((resolve) => setTimeout(resolve, 1))
      if (piece % 40 !== 0) continue
      const saved = await second.store.readAfter(run.id, 0)
      expect(saved?.events.map(({ seq }) => seq)).toEqual(saved?.events.map((_, index) => index + 1))
      expect(text.startsWith((saved?.events ?? []).map((event) => ('text' in event ? event.text : '')).join(''))).toBe(
        true,
      )
    }
    await vi.waitFor(async () => expect((await first.runs.read(run.id, 'v')).answerText).toMatch(/399 $/))
    await vi.waitFor(async () => {
      const { rows } = await sql<{ count: number }>`select count(*) as count from commits`.execute(first.db)
      expect(rows[0]?.count).toBeLessThan(50)
    })
    const before = await first.runs.read(run.id, 'v')
    await second.runs.open()
    const after = await second.runs.read(run.id, 'v')
    expect(after).toMatchObject({ thinkingText: before.thinkingText, answerText: before.answerText })
    expect(after.error?.code).toBe('interrupted')
    expect(await collect(second.runs, run.id)).toHaveLength(before.lastSeq + 1)
    await first.runs.shutDown(0)
    await second.runs.shutDown(0)
  })
})
