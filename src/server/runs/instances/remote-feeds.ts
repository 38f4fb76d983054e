import type { RunEvent } from '../../../shared/run/run.ts'
import type { PubSub } from '../../database/pub-sub.ts'
import { createFeed, type Feed, type FeedWriter } from '../journal/feed.ts'
import type { RunStore } from '../run-store.ts'

/** How often new commits are looked for where nobody tells of them. */
const lookMs = 250
/** How often they are where somebody does, and whether runs are still held by whom they were. */
const checkMs = 1_000
/** How long the feed of an ended run stays for those who come just after. */
const lingerMs = 2_000
/** Commits read at once. */
const pageCommits = 20

export type Followed = { feed: Feed; release: () => void }

type Shared = {
  feed: FeedWriter
  ready: Promise<boolean>
  users: number
  isGone: boolean
  /** The instance that holds it. */
  owner: string
  /** What came while its row was looked at. */
  buffered: RunEvent[] | undefined
  looking: Promise<boolean> | undefined
}
/** How far an instance's commits are read. */
type Cursor = { last: number; isBehind: boolean; reading: Promise<void> | undefined }

/**
 * Feeds of runs that are not live here. What another instance commits is read once for all of its runs that are
 * followed, as soon as it says that there is more.
 */
export function createRemoteFeeds(
  store: Pick<RunStore, 'readAfter' | 'readCommits' | 'readOwners'>,
  { listen, isOpen }: PubSub,
) {
  const all = new Map<string, Shared>()
  const tails = new Map<string, Cursor>()
  let checkedAt = -Infinity
  let timer: NodeJS.Timeout | undefined

  /** What is next is shown; where something is missing the run's row is looked at. */
  function take(id: string, shared: Shared, events: RunEvent[]) {
    if (shared.buffered) return void shared.buffered.push(...events)
    const next: RunEvent[] = []
    let lastSeq = shared.feed.lastSeq()
    for (const event of events) {
      if (event.seq !== lastSeq + 1) continue
      next.push(event)
      lastSeq = event.seq
    }
    if (next.length > 0) shared.feed.append(next)
    // A database that is away for a moment is asked again.
    if ((events.at(-1)?.seq ?? 0) > lastSeq && !shared.feed.isComplete()) void refresh(id, shared).catch(() => {})
  }

  async function readRow(id: string, shared: Shared): Promise<boolean> {
    const { feed } = shared
    const saved = await store.readAfter(id, feed.lastSeq())
    if (saved && saved.events.length > 0) feed.append(saved.events)
    if ((!saved || saved.isEnded) && !feed.isComplete()) feed.close()
    if (saved && !saved.isEnded) {
      shared.owner = saved.owner
      if (!tails.has(saved.owner)) tails.set(saved.owner, { last: saved.upTo, isBehind: false, reading: undefined })
    }
    return saved !== undefined
  }

  function refresh(id: string, shared: Shared): Promise<boolean> {
    shared.buffered ??= []
    shared.looking ??= readRow(id, shared).finally(() => {
      const buffered = shared.buffered ?? []
      shared.buffered = undefined
      shared.looking = undefined
      if (!shared.isGone) take(id, shared, buffered)
    })
    return shared.looking
  }

  async function readTail(owner: string, tail: Cursor) {
    do {
      tail.isBehind = false
      const commits = await store.readCommits(owner, tail.last, pageCommits)
      for (const { id, entries } of commits) {
        tail.last = id
        for (const [runId, events] of entries) {
          const shared = all.get(runId)
          if (shared) take(runId, shared, events)
        }
      }
      if (commits.length === pageCommits) tail.isBehind = true
    } while (tail.isBehind)
  }

  /** The commits of one instance, or of all. */
  function poll(owner: string) {
    for (const [name, tail] of tails) {
      if (owner !== '' && owner !== name) continue
      tail.isBehind = true
      tail.reading ??= readTail(name, tail)
        .catch(() => {})
        .finally(() => {
          tail.reading = undefined
        })
    }
  }
  listen('commit', poll)

  /** A run that was taken over is told of by another instance, one that was deleted by none. */
  async function checkOwners() {
    const live = [...all].filter(([, { feed, looking }]) => !feed.isComplete() && !looking)
    const owners = await store.readOwners(live.map(([id]) => id))
    for (const [id, shared] of live) if (owners.get(id) !== shared.owner) void refresh(id, shared).catch(() => {})
    const known = new Set([...all.values()].map(({ owner }) => owner))
    for (const owner of tails.keys()) if (!known.has(owner)) tails.delete(owner)
  }

  function tick() {
    if (all.size === 0) {
      clearInterval(timer)
      timer = undefined
      return tails.clear()
    }
    const isDue = performance.now() - checkedAt >= checkMs
    if (isDue || !isOpen()) poll('')
    if (!isDue) return
    checkedAt = performance.now()
    void checkOwners().catch(() => {})
  }

  function open(id: string): Shared {
    const shared: Shared = {
      feed: createFeed(),
      ready: Promise.resolve(true),
      users: 0,
      isGone: false,
      owner: '',
      buffered: undefined,
      looking: undefined,
    }
    all.set(id, shared)
    shared.ready = refresh(id, shared)
    shared.ready.catch(() => all.delete(id))
    timer ??= setInterval(tick, lookMs).unref()
    return shared
  }

  return async function follow(id: string): Promise<Followed | undefined> {
    const shared = all.get(id) ?? open(id)
    shared.users += 1
    let isReleased = false
    const release = () => {
      if (isReleased) return
      isReleased = true
      shared.users -= 1
      if (shared.users > 0) return
      setTimeout(() => {
        if (shared.users > 0) return
        shared.isGone = true
        if (all.get(id) === shared) all.delete(id)
      }, lingerMs).unref()
    }
    try {
      if (await shared.ready) return { feed: shared.feed, release }
    } catch (error) {
      release()
      throw error
    }
    release()
    return undefined
  }
}
