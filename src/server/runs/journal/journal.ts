import type { Append } from '../run-store.ts'

/** What waits for the next commit of one run. */
export type Pending = {
  take: () => Append
  onSaved: (append: Append) => void
  /** The run is no longer this server's: nothing of it was saved. */
  onLost: () => void
}

/**
 * On average a commit for one run may begin every 20 ms, one for a hundred or more every 80: each costs the same however
 * little it holds, and a page draws no more often than thirty times a second.
 */
const toGatherMs = (runs: number) => Math.min(20 + runs * 0.6, 80)
/** A journal that was quiet for so long owes nothing: its next commits begin at once. */
const idleMs = 200
const retryMs = 1_000
/** Even urgent commits begin no closer than this. */
const urgentMs = 4

export type Journal = {
  /**
   * Puts the run in line for the next commit; it is asked for its events when the commit begins. Somebody waits for the
   * first word of an answer: what is urgent makes the commit begin at once.
   */
  enqueue: (pending: Pending, isUrgent?: boolean) => void
  /** Resolves when all that was in line is saved. */
  drain: () => Promise<void>
  /** The last commit failed (a full disk, say); it is tried again until it passes. */
  isFailing: () => boolean
  /** Why. */
  failure: () => unknown
}

/** Group commit: a quiet journal commits at once, a busy one gathers. Only what is saved is handed on. */
export function createJournal(
  append: (appends: Append[]) => Promise<string[]>,
  onFailure: (error: unknown) => void,
): Journal {
  /** Replaced, never cleared: a cleared set hangs together with what it held before. */
  let line = new Set<Pending>()
  /** When the next commit is due: behind the clock by at most the quiet, and never more than one turn ahead. */
  let due = 0
  let gatherMs = 0
  let isFailing = false
  let failure: unknown
  let running: Promise<void> | undefined
  let commitStartedAt = -Infinity
  let isUrgentWaiting = false
  let flushSoon = () => {}

  /** One run or viewer that throws is no reason to lose the others of its commit. */
  function attempt<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      onFailure(error)
      return undefined
    }
  }

  function takeFrom(pending: Pending): Append | undefined {
    const append = attempt(pending.take)
    if (!append) attempt(pending.onLost)
    return append
  }

  /** Waits so long, or less where something urgent comes. */
  async function batchWindow(ms: number) {
    await new Promise<void>((resolve) => {
      let timer = setTimeout(resolve, ms)
      flushSoon = () => {
        clearTimeout(timer)
        timer = setTimeout(resolve, commitStartedAt + urgentMs - performance.now())
        flushSoon = () => {}
      }
      if (isUrgentWaiting) flushSoon()
    })
    flushSoon = () => {}
  }

  async function run() {
    while (line.size > 0) {
      const now = performance.now()
      // What was urgent came before its turn; nobody pays for that by waiting longer.
      due = Math.min(Math.max(due, now - idleMs), now) + gatherMs
      const wait = due - now
      if (wait > 0) await batchWindow(wait)
      commitStartedAt = performance.now()
      const batch = line
      line = new Set()
      gatherMs = toGatherMs(batch.size)
      isUrgentWaiting = false
      const taken: Pending[] = []
      const appends: Append[] = []
      for (const pending of batch) {
        const append = takeFrom(pending)
        if (!append) continue
        taken.push(pending)
        appends.push(append)
      }
      let disowned: string[]
      for (;;) {
        try {
          disowned = await append(appends)
          break
        } catch (error) {
          isFailing = true
          failure = error
          onFailure(error)
          await new Promise((resolve) => setTimeout(resolve, retryMs))
        }
      }
      isFailing = false
      for (const [index, saved] of appends.entries()) {
        const isLost = disowned.length > 0 && disowned.includes(saved.runId)
        attempt(() => (isLost ? taken[index]?.onLost() : taken[index]?.onSaved(saved)))
      }
    }
  }

  return {
    enqueue(pending, isUrgent = false) {
      line.add(pending)
      if (isUrgent) {
        isUrgentWaiting = true
        flushSoon()
      }
      running ??= run().finally(() => {
        running = undefined
      })
    },
    async drain() {
      while (running) await running
    },
    isFailing: () => isFailing,
    failure: () => failure,
  }
}
