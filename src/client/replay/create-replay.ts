import { reduceRun, type Run, type RunEvent } from '../../shared/run/run.ts'

/** Folded states are kept this often, so that a jump back folds few events again. */
const stepEvents = 256

export type Replay = {
  durationMs: number
  thinkingStartsMs: number | undefined
  answerStartsMs: number | undefined
  /** The run as it stood so many milliseconds after it was created. The same object while nothing happens. */
  stateAt: (ms: number) => Run
}

/** The run before anything happened to it. */
export function toBlank(run: Run): Run {
  const { usage: _1, finish: _2, error: _3, thinkingStartedAt: _4, answerStartedAt: _5, endedAt: _6, ...rest } = run
  return { ...rest, status: 'waiting', thinkingText: '', answerText: '', lastSeq: 0 }
}

/** A run's events to be moved about in, by the times they have. */
export function createReplay(blank: Run, events: RunEvent[]): Replay {
  const kept: Run[] = [blank]
  let current = { count: 0, run: blank }

  /** How many events have happened. */
  const countAt = (ms: number) => {
    let low = 0
    let high = events.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((events[middle]?.at ?? Infinity) <= ms) low = middle + 1
      else high = middle
    }
    return low
  }

  function stateOf(count: number): Run {
    const step = Math.min(Math.floor(count / stepEvents), kept.length - 1)
    const isAhead = count >= current.count && current.count >= step * stepEvents
    let at = isAhead ? current.count : step * stepEvents
    let run = isAhead ? current.run : (kept[step] ?? blank)
    for (; at < count; at += 1) {
      if (at % stepEvents === 0) kept[at / stepEvents] ??= run
      const event = events[at]
      if (event) run = reduceRun(run, event)
    }
    current = { count, run }
    return run
  }

  return {
    durationMs: events.at(-1)?.at ?? 0,
    thinkingStartsMs: events.find(({ type }) => type === 'thinking-delta')?.at,
    answerStartsMs: events.find(({ type }) => type === 'answer-delta')?.at,
    stateAt: (ms) => stateOf(countAt(ms)),
  }
}
