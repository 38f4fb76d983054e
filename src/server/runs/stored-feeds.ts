import { createFeed, type Feed, type FeedWriter } from './feed.ts'
import type { RunStore } from './run-store.ts'

/** How often a run that another server goes on with is looked at. */
const lookMs = 250
/** How long the feed of an ended run stays for those who come just after. */
const lingerMs = 2_000

export type Followed = { feed: Feed; release: () => void }

/** Feeds of runs that are not live here: the database is read once for all who follow one at the same time. */
export function createStoredFeeds(readAfter: RunStore['readAfter']) {
  type Shared = { feed: FeedWriter; ready: Promise<boolean>; users: number; isGone: boolean }
  const all = new Map<string, Shared>()

  async function look(id: string, feed: FeedWriter): Promise<boolean> {
    const saved = await readAfter(id, feed.lastSeq())
    if (saved && saved.events.length > 0) feed.append(saved.events)
    if ((!saved || saved.isEnded) && !feed.isOver()) feed.close()
    return saved !== undefined
  }

  async function goOn(id: string, shared: Shared) {
    while (!shared.isGone && !shared.feed.isOver()) {
      await new Promise((resolve) => setTimeout(resolve, lookMs))
      // A database that is away for a moment is asked again.
      await look(id, shared.feed).catch(() => {})
    }
  }

  function open(id: string): Shared {
    const feed = createFeed()
    const shared: Shared = { feed, ready: look(id, feed), users: 0, isGone: false }
    all.set(id, shared)
    shared.ready.then(
      () => void goOn(id, shared),
      () => all.delete(id),
    )
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
