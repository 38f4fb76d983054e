import { deltaTypes, endsRun, isDelta, type DeltaType } from '../../shared/run/event-kinds.ts'
import {
  maxRunChars,
  reduceRun,
  type FinishReason,
  type Run,
  type RunError,
  type RunEvent,
  type RunEventBody,
} from '../../shared/run/run.ts'
import type { Source } from '../../shared/run/source.ts'
import { cleanEvent, findWholeEnd, toStorable } from './storable-text.ts'
import { createFeed, pageChars, type Feed } from './journal/feed.ts'
import type { Journal, Pending } from './journal/journal.ts'
import type { Snapshot } from './run-store.ts'

export type LiveRun = {
  /** As saved so far. */
  run: () => Run
  feed: Feed
  /** Ends it now, at the upstream too. Resolves when the end is saved. */
  end: (how: { finish: FinishReason } | { error: RunError }) => Promise<void>
  ended: Promise<void>
  /** As far as saved, to be kept in its row. */
  snapshot: () => Snapshot
  /** It is no longer this server's. */
  abandon: () => void
}

/** A journal that fails holds up the source when this much waits for it: nothing else does. */
const maxWaitingChars = 1_000_000

/** Reads a run's source to its end, whoever is watching, and journals it. */
export function startLiveRun(blank: Run, source: Source, journal: Journal): LiveRun {
  const startedAt = performance.now()
  const aborter = new AbortController()
  const feed = createFeed()
  /** Halves of pairs that were cut between two deltas of a kind. */
  const pendingSurrogate: Record<DeltaType, string> = { 'thinking-delta': '', 'answer-delta': '' }
  const begun = new Set<RunEvent['type']>()
  let waiting: RunEvent[] = []
  let waitingChars = 0
  let chars = 0
  let resumeSource = () => {}
  let seq = 0
  let hasUsage = false
  let isEnding = false
  let isLost = false
  let resolveEnded = () => {}
  const ended = new Promise<void>((resolve) => {
    resolveEnded = resolve
  })

  function abandon() {
    isEnding = true
    isLost = true
    aborter.abort()
    resumeSource()
    feed.close()
    resolveEnded()
  }

  const pending: Pending = {
    take() {
      const events = waiting
      waiting = []
      waitingChars = 0
      if (isLost) return { runId: blank.id, events: [] }
      if (!isEnding) return { runId: blank.id, events }
      const run = events.reduce(reduceRun, feed.snapshot(blank))
      return { runId: blank.id, events, ended: { run, timeline: feed.toTimeline(events) } }
    },
    onSaved({ events }) {
      if (isLost) return
      resumeSource()
      try {
        feed.append(events)
      } finally {
        if (feed.isComplete()) resolveEnded()
      }
    },
    onLost: abandon,
  }

  function push(body: RunEventBody) {
    const last = waiting.at(-1)
    if ('text' in body) {
      waitingChars += body.text.length
      chars += body.text.length
    }
    if (
      last &&
      'text' in last &&
      'text' in body &&
      last.type === body.type &&
      last.text.length + body.text.length <= pageChars
    ) {
      last.text += body.text
    } else {
      seq += 1
      const at = Math.round(performance.now() - startedAt)
      // Spread out, and in an array that grew, a delta weighs half as much again.
      const event = 'text' in body ? { seq, at, type: body.type, text: body.text } : { seq, at, ...body }
      if (last) waiting.push(event)
      else waiting = [event]
    }
    // The first words of the thinking and of the answer are waited for.
    const isFirst = 'text' in body && !begun.has(body.type)
    if (isFirst) begun.add(body.type)
    journal.enqueue(pending, isFirst)
  }

  function pushDelta(type: DeltaType, delta: string, isLast = false) {
    const whole = pendingSurrogate[type] + delta
    const end = isLast ? whole.length : findWholeEnd(whole)
    pendingSurrogate[type] = whole.slice(end)
    const text = toStorable(whole.slice(0, end))
    for (let from = 0; from < text.length;) {
      const piece = text.slice(from, from + pageChars)
      const to = from + pageChars < text.length ? findWholeEnd(piece) : piece.length
      push({ type, text: piece.slice(0, to) })
      from += to
    }
  }

  function finish(body: RunEventBody) {
    if (aborter.signal.aborted) return
    // The source gives what it held back so far before this returns.
    aborter.abort()
    for (const type of deltaTypes) pushDelta(type, '', true)
    isEnding = true
    push(body)
  }

  function take(body: RunEventBody): void | Promise<void> {
    if (isEnding) return undefined
    if (isDelta(body)) pushDelta(body.type, body.text)
    else if (endsRun(body)) return finish(cleanEvent(body))
    else if (body.type !== 'usage' || !hasUsage) {
      hasUsage ||= body.type === 'usage'
      push(cleanEvent(body))
    }
    if (chars > maxRunChars) return finish({ type: 'finish', reason: 'length' })
    if (waitingChars <= maxWaitingChars) return undefined
    return new Promise((resolve) => {
      resumeSource = resolve
    })
  }

  async function read() {
    try {
      await source(aborter.signal, take)
      finish({ type: 'error', code: 'cut-off', message: 'The model’s stream ended without a finish.', retryable: true })
    } catch {
      finish({
        type: 'error',
        code: 'internal',
        message: 'The server failed while it read the model’s stream.',
        retryable: true,
      })
    }
  }
  void read()

  return {
    run: () => feed.snapshot(blank),
    feed,
    async end(how) {
      finish('finish' in how ? { type: 'finish', reason: how.finish } : { type: 'error', ...how.error })
      resumeSource()
      await ended
    },
    ended,
    snapshot: () => ({ run: feed.snapshot(blank), timeline: feed.toTimeline([]) }),
    abandon,
  }
}
