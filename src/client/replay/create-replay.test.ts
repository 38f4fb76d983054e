import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reduceRun, type Run, type RunEvent, type RunEventBody } from '../../shared/run/run.ts'
import { fromTimeline, toTimeline } from '../../shared/run/timeline.ts'
import { createReplay, toBlank } from './create-replay.ts'

const blank: Run = {
  id: 'r',
  question: 'What is x?',
  media: [],
  model: 'm',
  thinking: { enabled: true, budget: 900 },
  status: 'waiting',
  thinkingText: '',
  answerText: '',
  createdAt: 1,
  lastSeq: 0,
}

const body: fc.Arbitrary<RunEventBody> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('thinking-delta' as const), text: fc.string({ minLength: 1 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('answer-delta' as const), text: fc.string({ minLength: 1 }) }),
  },
  fc.constant({ type: 'usage' as const, inputTokens: 3, outputTokens: 4 }),
)
const end = fc.constantFrom<RunEventBody>(
  { type: 'finish', reason: 'stop' },
  { type: 'finish', reason: 'stopped' },
  { type: 'error', code: 'cut-off', message: 'cut', retryable: true },
)
/** A whole run, some of its events in the same millisecond, as a share may have it with numbers skipped. */
const story = fc
  .record({
    bodies: fc.array(body, { maxLength: 700 }),
    end,
    waits: fc.array(fc.nat(400), { minLength: 702, maxLength: 702 }),
    skip: fc.nat(3),
  })
  .map(({ bodies, end: last, waits, skip }) => {
    let at = 0
    return [{ type: 'start' as const, model: 'm' }, ...bodies, last].map((each, index): RunEvent => ({
      seq: 1 + index * (1 + skip),
      at: (at += waits[index] ?? 0),
      ...each,
    }))
  })

test('at every position, sought in any order, a replay stands where the live run stood', () => {
  fc.assert(
    fc.property(
      story,
      fc.array(fc.double({ min: -0.1, max: 1.1, noNaN: true }), { minLength: 1, maxLength: 30 }),
      (events, seeks) => {
        const replay = createReplay(blank, events)
        for (const seek of seeks) {
          const ms = seek * replay.durationMs
          expect(replay.stateAt(ms)).toEqual(events.filter(({ at }) => at <= ms).reduce(reduceRun, blank))
        }
        expect(replay.stateAt(replay.durationMs)).toEqual(events.reduce(reduceRun, blank))
      },
    ),
    { numRuns: 60 },
  )
})

test('each moment of one run, from the stored timeline, is the live one’s, and begins from the stored run itself', () => {
  fc.assert(
    fc.property(story, (live) => {
      const events = live.map((event, index) => ({ ...event, seq: index + 1 }))
      const stored = events.reduce(reduceRun, blank)
      const replay = createReplay(
        toBlank(stored),
        fromTimeline(toTimeline(events), stored.thinkingText, stored.answerText),
      )
      let run = blank
      for (const [index, event] of events.entries()) {
        run = reduceRun(run, event)
        if (events[index + 1]?.at !== event.at) expect(replay.stateAt(event.at)).toEqual(run)
      }
      expect(replay.answerStartsMs).toBe(stored.answerStartedAt)
    }),
    { numRuns: 40 },
  )
})

test('nothing new is the same object, so that nothing is drawn again', () => {
  const events: RunEvent[] = [
    { seq: 1, at: 0, type: 'start', model: 'm' },
    { seq: 2, at: 500, type: 'answer-delta', text: 'x' },
    { seq: 3, at: 900, type: 'finish', reason: 'stop' },
  ]
  const replay = createReplay(blank, events)
  expect(replay.stateAt(501)).toBe(replay.stateAt(880))
})
