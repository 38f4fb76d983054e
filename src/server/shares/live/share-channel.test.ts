import fc from 'fast-check'
import { expect, test } from 'vitest'
import { blank } from '../../../shared/run/blank-run.ts'
import { isEnded, type RunEvent } from '../../../shared/run/run.ts'
import { createFeed } from '../../runs/journal/feed.ts'
import { createRunReading } from '../run-reading.ts'
import { createShareChannel } from './share-channel.ts'
import { createShareFilter } from '../share-filter.ts'

const toEvent = (kind: 'thinking-delta' | 'answer-delta', index: number): RunEvent => ({
  seq: index + 1,
  at: index * 10,
  type: kind,
  text: `${index} `,
})

/** Reads like an event stream: from where it stands to where there is nothing more. */
function readFrom(channel: ReturnType<typeof createShareChannel>, after: number): RunEvent[] {
  const events: RunEvent[] = []
  for (let page = channel.read(after); page.length > 0; page = channel.read(page.at(-1)?.seq ?? 0)) events.push(...page)
  return events
}

test('whoever comes, whenever and from wherever, gets exactly what the share shows after that', () => {
  const kinds = fc.array(fc.constantFrom('thinking-delta' as const, 'answer-delta' as const), { maxLength: 200 })
  fc.assert(
    fc.property(kinds, fc.boolean(), fc.nat(200), fc.nat(200), (all, thinking, joinAt, after) => {
      const source = createFeed()
      const channel = createShareChannel(blank, createRunReading(source, createShareFilter({ thinking })))
      const events = all.map(toEvent)
      const end: RunEvent = { seq: events.length + 1, at: 9_999, type: 'finish', reason: 'stop' }
      source.append(events.slice(0, joinAt))
      const seen = readFrom(channel, after)
      source.append([...events.slice(joinAt), end])
      seen.push(...readFrom(channel, Math.max(after, seen.at(-1)?.seq ?? 0)))
      const shown = createShareFilter({ thinking })([...events, end])
      expect(seen).toEqual(shown.filter(({ seq }) => seq > after))
      expect(channel.isComplete()).toBe(true)
      expect(isEnded(channel.run())).toBe(true)
    }),
    { numRuns: 100 },
  )
})

test('ten thousand viewers read the run once and share every page of it', () => {
  const source = createFeed()
  let reads = 0
  const counted = { ...source, read: (after: number) => ((reads += 1), source.read(after)) }
  const channel = createShareChannel(blank, createRunReading(counted, createShareFilter({ thinking: true })))
  source.append(Array.from({ length: 500 }, (_, index) => toEvent('thinking-delta', index)))
  const before = reads
  const pages = new Set<RunEvent[]>()
  for (let viewer = 0; viewer < 10_000; viewer += 1) {
    channel.onChange(() => {})
    for (let page = channel.read(0); page.length > 0; page = channel.read(page.at(-1)?.seq ?? 0)) pages.add(page)
  }
  expect(reads).toBe(before)
  expect(pages.size).toBe(Math.ceil(500 / 64))
})

test('one that was cut off gives nothing more, and says that it is over', () => {
  const source = createFeed()
  const channel = createShareChannel(blank, createRunReading(source, createShareFilter({ thinking: true })))
  source.append([toEvent('thinking-delta', 0)])
  let woken = 0
  channel.onChange(() => (woken += 1))
  channel.cut()
  source.append([toEvent('thinking-delta', 1)])
  expect(channel.read(0)).toEqual([])
  expect(channel.isComplete()).toBe(true)
  expect(woken).toBe(1)
})
