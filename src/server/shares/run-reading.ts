import { reduceRun, type Run, type RunEvent } from '../../shared/run/run.ts'
import type { Feed } from '../runs/journal/feed.ts'
import { toOutcome, unasked } from '../runs/outcome.ts'

/** Many viewers are served by fewer, larger writes: a delay nobody sees, at most this long. */
const maxGatherMs = 50
const viewersPerMs = 40
const pageEvents = 64

/** Memory of an event beside its text, and of a character in the events and in the folded run. */
const eventBytes = 120
const charBytes = 4

/** A run's events as shares with the same parts show them, for all of these shares. */
export type RunReading = Feed & {
  /** The run as shown so far; `blank` says under which id, and with which question and media. */
  fold: (blank: Run) => Run
  /** About how many bytes it holds. */
  weight: () => number
  close: () => void
}

/** The place of the first event after `after`. */
function findPlace(events: RunEvent[], after: number): number {
  let low = 0
  let high = events.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((events[middle]?.seq ?? 0) > after) high = middle
    else low = middle + 1
  }
  return low
}

/** `source` is read once, however many links show it and however many watch. */
export function createRunReading(source: Feed, withhold: (events: RunEvent[]) => RunEvent[]): RunReading {
  const wakes = new Set<() => void>()
  const all: RunEvent[] = []
  /** Answers to `read` since the last change. */
  const answers = new Map<number, RunEvent[]>()
  let run = unasked
  let cursor = 0
  let gathered: RunEvent[] = []
  let timer: NodeJS.Timeout | undefined
  let isOver = false

  function flush() {
    clearTimeout(timer)
    timer = undefined
    const before = all.at(-1)?.seq ?? 0
    answers.clear()
    for (const event of gathered) {
      all.push(event)
      run = reduceRun(run, event)
    }
    // Most who watch are at the end: they get this very array.
    if (gathered.length > 0 && gathered.length <= pageEvents) answers.set(before, gathered)
    gathered = []
    isOver ||= source.isComplete()
    for (const wake of wakes) wake()
  }

  function pump() {
    for (;;) {
      const events = source.read(cursor)
      const last = events.at(-1)
      if (!last) break
      cursor = last.seq
      gathered.push(...withhold(events))
    }
    if (isOver || (gathered.length === 0 && !source.isComplete())) return
    const waitMs = Math.min(maxGatherMs, Math.floor(wakes.size / viewersPerMs))
    if (waitMs === 0 || source.isComplete()) flush()
    else timer ??= setTimeout(flush, waitMs)
  }

  const leave = source.onChange(pump)
  pump()

  return {
    fold(blank) {
      return { ...blank, ...toOutcome(run) }
    },
    weight: () => all.length * eventBytes + (run.thinkingText.length + run.answerText.length) * charBytes,
    read(after) {
      const known = answers.get(after)
      if (known) return known
      const place = findPlace(all, after)
      const events = all.slice(place, place + pageEvents)
      if (events.length > 0) answers.set(after, events)
      return events
    },
    lastSeq: () => all.at(-1)?.seq ?? 0,
    isComplete: () => isOver,
    onChange(wake) {
      wakes.add(wake)
      return () => wakes.delete(wake)
    },
    close() {
      clearTimeout(timer)
      leave()
    },
  }
}
