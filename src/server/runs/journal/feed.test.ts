import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blank } from '../../../shared/run/blank-run.ts'
import { reduceRun, type RunEvent } from '../../../shared/run/run.ts'
import { toTimeline } from '../../../shared/run/timeline.ts'
import { createFeed, type Feed } from './feed.ts'

const history = fc
  .array(
    fc.record({
      kind: fc.constantFrom('thinking-delta' as const, 'answer-delta' as const),
      text: fc.oneof(fc.string({ minLength: 1, unit: 'grapheme' }), fc.constant('long '.repeat(2_000))),
      wait: fc.nat(1_000),
    }),
    { maxLength: 400, size: 'max' },
  )
  .map((deltas) => {
    let at = 0
    const events: RunEvent[] = [{ seq: 1, at, type: 'start', model: 'm' }]
    for (const { kind, text, wait } of deltas)
      events.push({ seq: events.length + 1, at: (at += wait), type: kind, text })
    events.push({ seq: events.length + 1, at, type: 'finish', reason: 'stop' })
    return events
  })

function rest(feed: Feed, after: number): RunEvent[] {
  const events: RunEvent[] = []
  for (let at = after; ;) {
    const page = feed.read(at)
    expect(page.length).toBeLessThanOrEqual(64)
    expect(JSON.stringify(page).length).toBeLessThan(200_000)
    if (page.length === 0) return events
    events.push(...page)
    at = page.at(-1)?.seq ?? at
  }
}

test('from any event on a feed gives exactly the rest in small pages, and folds to the same run', () => {
  fc.assert(
    fc.property(history, fc.array(fc.nat(100), { minLength: 1 }), fc.nat(400), (events, sizes, from) => {
      const feed = createFeed()
      for (let at = 0, turn = 0; at < events.length; turn += 1) {
        const size = (sizes[turn % sizes.length] ?? 0) + 1
        feed.append(events.slice(at, at + size))
        at += size
        expect(feed.snapshot(blank)).toEqual(events.slice(0, at).reduce(reduceRun, blank))
      }
      const after = Math.min(from, events.length)
      expect(rest(feed, after)).toEqual(events.slice(after))
      expect(feed.toTimeline([])).toBe(toTimeline(events))
      expect(feed.isComplete()).toBe(true)
    }),
    { numRuns: 40 },
  )
})

test('all who are at the end get the very same events', () => {
  const feed = createFeed()
  feed.append([{ seq: 1, at: 0, type: 'start', model: 'm' }])
  let calls = 0
  const off = feed.onChange(() => (calls += 1))
  const more: RunEvent[] = [{ seq: 2, at: 5, type: 'answer-delta', text: 'x' }]
  feed.append(more)
  expect(feed.read(1)).toBe(more)
  expect(feed.read(0)).toBe(feed.read(0))
  off()
  feed.append([{ seq: 3, at: 6, type: 'answer-delta', text: 'y' }])
  expect(calls).toBe(1)
})
