import { endsRun } from '../../../shared/run/event-kinds.ts'
import { reduceRun, type Run, type RunEvent } from '../../../shared/run/run.ts'
import { fromTimeline, toTimeline } from '../../../shared/run/timeline.ts'
import { toOutcome, unasked } from '../outcome.ts'

/** A page is closed at either of these. No event is longer than a page's text. */
const pageEvents = 64
export const pageChars = 32 * 1024

/** A run's saved events, for all who follow it on this server. */
export type Feed = {
  /**
   * The saved events after `after`, at most a page of them. All who ask the same get the same array, so that what is
   * made of it is made once. Empty: that is all so far.
   */
  read: (after: number) => RunEvent[]
  lastSeq: () => number
  /** Nothing more comes: the run ended, or is no longer here. */
  isComplete: () => boolean
  /** Calls back at every change. Returns how to call it off. */
  onChange: (listener: () => void) => () => void
}

export type FeedWriter = Feed & {
  append: (events: RunEvent[]) => void
  /** Nothing more comes, although no ending event was among it. */
  close: () => void
  /** As far as saved, as a run. */
  snapshot: (blank: Run) => Run
  /** The timeline with `more` behind it. */
  toTimeline: (more: RunEvent[]) => string
}

/** A closed page: with the texts of all of them, what `fromTimeline` needs to give its events again. */
type Page = { firstSeq: number; at: number; timeline: string; thinkingFrom: number; answerFrom: number }

/** Neighbours of one kind as one: folds to the same. */
function merge(events: RunEvent[]): RunEvent[] {
  const merged: RunEvent[] = []
  for (let from = 0; from < events.length;) {
    const first = events[from]
    const change = events.findIndex((event, index) => index > from && event.type !== first?.type)
    const group = events.slice(from, change === -1 ? undefined : change)
    from += group.length
    const last = group.at(-1)
    const text = group.map((event) => ('text' in event ? event.text : '')).join('')
    if (first && last) merged.push('text' in first ? { ...first, seq: last.seq, text } : last)
  }
  return merged
}

export function createFeed(): FeedWriter {
  const pages: Page[] = []
  const wakes = new Set<() => void>()
  /** What came last: most who follow ask for just this. */
  let newest = { after: 0, events: [] as RunEvent[] }
  /**
   * All other answers to `read` since then. Replaced, never cleared: what a cleared map held before hangs together with
   * what it holds next, and the collector keeps both for long.
   */
  let answers: Map<number, RunEvent[]> | undefined
  const unpacked = new Map<number, WeakRef<RunEvent[]>>()
  let open: RunEvent[] = []
  let openChars = 0
  /** The `at` of the last event of the last closed page. */
  let pageAt = 0
  let lastSeq = 0
  let isComplete = false
  /** The closed pages, folded. */
  let closed = unasked

  function closePage() {
    const first = open[0]
    if (!first) return
    pages.push({
      firstSeq: first.seq,
      at: pageAt,
      timeline: toTimeline(open, pageAt),
      thinkingFrom: closed.thinkingText.length,
      answerFrom: closed.answerText.length,
    })
    closed = merge(open).reduce(reduceRun, closed)
    pageAt = open.at(-1)?.at ?? pageAt
    open = []
    openChars = 0
  }

  function unpack(index: number): RunEvent[] {
    const known = unpacked.get(index)?.deref()
    if (known) return known
    const page = pages[index]
    if (!page) return []
    const next = pages[index + 1]
    const thinking = closed.thinkingText.slice(page.thinkingFrom, next?.thinkingFrom)
    const answer = closed.answerText.slice(page.answerFrom, next?.answerFrom)
    const events = fromTimeline(page.timeline, thinking, answer, { seq: page.firstSeq - 1, at: page.at })
    unpacked.set(index, new WeakRef(events))
    return events
  }

  /** The last page that begins at or before `seq`. */
  function findPage(seq: number): number {
    let low = 0
    let high = pages.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((pages[middle]?.firstSeq ?? 0) <= seq) low = middle
      else high = middle - 1
    }
    return low
  }

  function find(after: number): RunEvent[] {
    if (after >= lastSeq) return []
    const openFrom = open[0]?.seq ?? lastSeq + 1
    if (after + 1 >= openFrom) return open.slice(after + 1 - openFrom)
    const index = findPage(after + 1)
    const events = unpack(index)
    const skip = after + 1 - (pages[index]?.firstSeq ?? 1)
    return skip === 0 ? events : events.slice(skip)
  }

  /** All of them, also where one throws. */
  function wakeAll() {
    const failures: unknown[] = []
    for (const listener of wakes) {
      try {
        listener()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }

  return {
    read(after) {
      if (after === newest.after) return newest.events
      const known = answers?.get(after)
      if (known) return known
      const events = find(after)
      if (events.length > 0) (answers ??= new Map()).set(after, events)
      return events
    },
    lastSeq: () => lastSeq,
    isComplete: () => isComplete,
    onChange(listener) {
      wakes.add(listener)
      return () => wakes.delete(listener)
    },
    append(events) {
      answers = undefined
      const after = lastSeq
      let chars = 0
      for (const event of events) {
        const size = 'text' in event ? event.text.length : 0
        open.push(event)
        lastSeq = event.seq
        chars += size
        openChars += size
        if (open.length >= pageEvents || openChars >= pageChars) closePage()
        if (endsRun(event)) isComplete = true
      }
      const isPage = events.length <= pageEvents && chars <= pageChars
      newest = isPage ? { after, events } : { after: lastSeq, events: [] }
      wakeAll()
    },
    close() {
      isComplete = true
      wakeAll()
    },
    snapshot(blank) {
      return merge(open).reduce(reduceRun, { ...blank, ...toOutcome(closed) })
    },
    toTimeline: (more) =>
      [
        ...pages.map(({ timeline }) => timeline),
        ...(open.length + more.length > 0 ? [toTimeline([...open, ...more], pageAt)] : []),
      ].join('\n'),
  }
}
