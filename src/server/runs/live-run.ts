import {
  reduceRun,
  type FinishReason,
  type Run,
  type RunError,
  type RunEvent,
  type RunEventBody,
} from '../../shared/run.ts'
import { createCleanText } from './clean-text.ts'
import type { Journal, Pending } from './journal.ts'
import type { Append } from './run-store.ts'

export type Source = (signal: AbortSignal) => AsyncIterable<RunEventBody>
type Listener = (events: RunEvent[]) => void

export type LiveRun = {
  /** As saved so far. */
  run: () => Run
  /** Calls back with all saved events after `after` at once, then with each commit's, the ending one last. */
  follow: (after: number, listener: Listener) => () => void
  /** Ends it now, at the upstream too. Resolves when the end is saved. */
  end: (how: { finish: FinishReason } | { error: RunError }) => Promise<void>
  ended: Promise<void>
}

/** Reads a run's source to its end, whoever is watching, and journals it. */
export function startLiveRun(blank: Run, source: Source, journal: Journal): LiveRun {
  const startedAt = performance.now()
  const aborter = new AbortController()
  const listeners = new Set<Listener>()
  const saved: RunEvent[] = []
  const clean = { 'thinking-delta': createCleanText(), 'answer-delta': createCleanText() }
  let run = blank
  let waiting: RunEvent[] = []
  let seq = 0
  let isEnding = false
  let resolveEnded = () => {}
  const ended = new Promise<void>((resolve) => {
    resolveEnded = resolve
  })

  const pending: Pending = {
    take() {
      const events = waiting
      waiting = []
      if (!isEnding) return { runId: run.id, events }
      return { runId: run.id, events, ended: { run: events.reduce(reduceRun, run), events: [...saved, ...events] } }
    },
    onSaved({ events }: Append) {
      run = events.reduce(reduceRun, run)
      saved.push(...events)
      for (const listener of listeners) listener(events)
      if (run.endedAt !== undefined) resolveEnded()
    },
  }

  function push(body: RunEventBody) {
    const last = waiting.at(-1)
    if ((body.type === 'thinking-delta' || body.type === 'answer-delta') && last?.type === body.type) {
      last.text += body.text
    } else {
      seq += 1
      waiting.push({ seq, at: Math.round(performance.now() - startedAt), ...body })
    }
    journal.enqueue(pending)
  }

  function pushDelta(type: 'thinking-delta' | 'answer-delta', text: string) {
    if (text !== '') push({ type, text })
  }

  function finish(body: RunEventBody) {
    if (isEnding) return
    pushDelta('thinking-delta', clean['thinking-delta'].flush())
    pushDelta('answer-delta', clean['answer-delta'].flush())
    isEnding = true
    push(body)
  }

  async function read() {
    let hasUsage = false
    try {
      for await (const body of source(aborter.signal)) {
        if (isEnding) return
        if (body.type === 'thinking-delta' || body.type === 'answer-delta')
          pushDelta(body.type, clean[body.type].push(body.text))
        else if (body.type === 'finish' || body.type === 'error') return finish(body)
        else if (body.type !== 'usage' || !hasUsage) {
          hasUsage ||= body.type === 'usage'
          push(body)
        }
      }
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
    run: () => run,
    follow(after, listener) {
      listener(saved.slice(after))
      if (run.endedAt !== undefined) return () => {}
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async end(how) {
      finish('finish' in how ? { type: 'finish', reason: how.finish } : { type: 'error', ...how.error })
      aborter.abort()
      await ended
    },
    ended,
  }
}
