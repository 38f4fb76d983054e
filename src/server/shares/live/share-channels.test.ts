import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { blank } from '../../../shared/run/blank-run.ts'
import type { RunEvent } from '../../../shared/run/run.ts'
import { createFeed, type FeedWriter } from '../../runs/journal/feed.ts'
import { createShareChannels } from './share-channels.ts'
import type { StoredShare } from '../store.ts'

afterEach(() => vi.useRealTimers())

const toShare = (id: string, runId: string, thinking = true): StoredShare => ({
  id,
  visitor: 'v',
  runId,
  scope: 'run',
  include: { question: true, media: true, thinking },
  covers: [],
  expiresAt: null,
  createdAt: 0,
  updatedAt: 1,
})

const toEvents = (chars: number, isEnded: boolean): RunEvent[] => [
  { seq: 1, at: 0, type: 'answer-delta', text: 'x'.repeat(chars) },
  ...(isEnded ? [{ seq: 2, at: 1, type: 'finish' as const, reason: 'stop' as const }] : []),
]

/** Links to runs that are there as feeds; says how often each was begun to be read, and how many are now. */
function openLinks(keptBytes?: number) {
  const feeds = new Map<string, FeedWriter>()
  const follows: string[] = []
  let reading = 0
  const follow = async (id: string) => {
    const feed = feeds.get(id)
    if (!feed) throw new Error('There is no such run.')
    follows.push(id)
    reading += 1
    let isReleased = false
    const release = () => {
      if (!isReleased) reading -= 1
      isReleased = true
    }
    return { feed, release }
  }
  const channels = createShareChannels({ follow }, keptBytes)
  return {
    follows,
    reading: () => reading,
    channels,
    addRun(id: string, chars: number, isEnded: boolean) {
      const feed = createFeed()
      feed.append(toEvents(chars, isEnded))
      feeds.set(id, feed)
      return feed
    },
    async open(share: StoredShare) {
      const [channel] = await channels.open(share, async () => [{ ...blank, id: share.runId }])
      if (!channel) throw new Error('It shows no run.')
      return channel
    },
  }
}

const versionsOf = async (ids: string[]) => new Map(ids.map((id) => [id, 1]))

test('a thousand links to one run read it twice: with the thinking and without', async () => {
  const { follows, reading, channels, addRun, open } = openLinks()
  const feed = addRun('r', 10, false)
  const opened = await Promise.all(Array.from({ length: 1_000 }, (_, at) => open(toShare(`s${at}`, 'r', at % 2 === 0))))
  expect(follows).toHaveLength(2)
  expect(new Set(opened.map((channel) => channel.run().id)).size).toBe(1_000)
  feed.append([{ seq: 2, at: 1, type: 'answer-delta', text: 'more' }])
  expect(new Set(opened.map((channel) => channel.run().answerText))).toEqual(new Set([`${'x'.repeat(10)}more`]))
  await channels.cut(({ id }) => id !== 's0')
  expect(opened.filter((channel) => channel.isComplete())).toHaveLength(999)
  expect(reading()).toBe(1)
  await channels.cut(() => true)
  expect(reading()).toBe(0)
})

test('what is kept has a bound whatever was opened, and nobody who watches is cut for it', async () => {
  const link = fc.record({ run: fc.nat(30), thinking: fc.boolean(), isWatched: fc.boolean() })
  const sizes = fc.array(fc.nat(6_000), { minLength: 31, maxLength: 31 })
  await fc.assert(
    fc.asyncProperty(sizes, fc.array(link, { minLength: 1, maxLength: 120 }), async (chars, wanted) => {
      const { channels, addRun, open } = openLinks(100_000)
      for (const [at, size] of chars.entries()) addRun(`r${at}`, size, at % 3 === 0)
      const watched = new Set<string>()
      for (const [at, { run, thinking, isWatched }] of wanted.entries()) {
        const channel = await open(toShare(`s${at}`, `r${run}`, thinking))
        if (!isWatched) continue
        channel.onChange(() => {})
        watched.add(`s${at}`)
      }
      const kept: string[] = []
      await channels.cutStale((ids) => (kept.push(...ids), versionsOf(ids)))
      expect(kept).toEqual(expect.arrayContaining([...watched]))
      const weigh = (ids: string[]) => {
        const of = ids.flatMap((id) => wanted[Number(id.slice(1))] ?? [])
        const runs = new Map(of.map(({ run, thinking }) => [`${run} ${thinking}`, chars[run] ?? 0]))
        return ids.length * 4_000 + [...runs.values()].reduce((sum, size) => sum + size * 4, 0)
      }
      const mayStay = new Set([...watched, `s${wanted.length - 1}`])
      const rest = kept.filter((id) => !mayStay.has(id))
      expect(rest.length === 0 || weigh(kept) <= 100_000).toBe(true)
    }),
    { numRuns: 100 },
  )
})

test('links to next to nothing have a weight of their own', async () => {
  const { channels, addRun, open } = openLinks(4_000_000)
  addRun('r', 1, true)
  for (let at = 0; at < 3_000; at += 1) await open(toShare(`s${at}`, 'r'))
  const kept: string[] = []
  await channels.cutStale((ids) => (kept.push(...ids), versionsOf(ids)))
  expect(kept.length).toBeLessThanOrEqual(1_000)
  expect(kept.at(-1)).toBe('s2999')
})

test('who watches over links that cannot be looked at is cut, who watches over others is not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(3), { maxLength: 4 }), async (failing) => {
      const { channels, addRun, open } = openLinks()
      addRun('r', 1, false)
      const opened: Awaited<ReturnType<typeof open>>[] = []
      for (let at = 0; at < 3_500; at += 1) opened.push(await open(toShare(`s${at}`, 'r')))
      let asked = 0
      const look = channels.cutStale(async (ids) => {
        expect(ids.length).toBeLessThanOrEqual(1_000)
        asked += 1
        if (failing.includes(asked - 1)) throw new Error('too many variables')
        return await versionsOf(ids)
      })
      if (failing.length > 0) await expect(look).rejects.toThrow('too many variables')
      else await look
      for (const [at, channel] of opened.entries()) {
        expect(channel.isComplete()).toBe(failing.includes(Math.floor(at / 1_000)))
      }
    }),
    { numRuns: 8 },
  )
})

test('a look that is not answered is one that fails', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { channels, addRun, open } = openLinks()
  addRun('r', 1, false)
  const channel = await open(toShare('s', 'r'))
  const look = expect(channels.cutStale(() => new Promise(() => {}))).rejects.toThrow('in time')
  await vi.advanceTimersByTimeAsync(2_000)
  await look
  expect(channel.isComplete()).toBe(true)
})
