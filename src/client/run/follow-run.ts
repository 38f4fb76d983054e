import { createParser } from 'eventsource-parser'
import { endsRun } from '../../shared/run/event-kinds.ts'
import { isEnded, reduceRun, type Run, type RunEvent } from '../../shared/run/run.ts'
import { onFrame } from './schedule-render.ts'

/** The server sends a byte at least this often. */
const beatMs = 15_000
/** Without a byte for this long the connection is dead. */
const deadMs = 22_000
const firstDelayMs = 150
const maxDelayMs = 8_000
/** A cut shorter than this is not worth a word. */
const quietMs = 700
/** A hidden tab keeps its stream this long, then only looks in now and then: browsers allow few streams to one host. */
const hiddenMs = 1_000
const restMs = 15_000
const glanceMs = 1_000
const suspended = 'let go'

export type FollowState = { run: Run; isConnected: boolean }
type Deps = {
  fetch: typeof fetch
  schedule: (flush: () => void) => void
  /** Where the events come from, up to the parameter `after`. */
  eventsUrl: string
  /** The stream is over and the run is not. */
  onCut: () => void
}

/**
 * Folds a run's events from where `run` stands to its end, reconnecting by number with back-off and jitter. A hidden
 * tab lets its stream go and looks in now and then, until it is seen again. Returns how to leave off.
 */
export function followRun(
  start: Run,
  onChange: (following: FollowState) => void,
  deps: Partial<Deps> = {},
): () => void {
  const { fetch: get = fetch.bind(globalThis), schedule = onFrame, onCut } = deps
  const { eventsUrl = `/api/runs/${start.id}/events?` } = deps
  let run = start
  let received: RunEvent[] = []
  let isConnected = true
  let isScheduled = false
  let isLeft = false
  let isResting = false
  let delay = firstDelayMs
  let aborter = new AbortController()
  let wake = () => {}
  let hiddenTimer: ReturnType<typeof setTimeout> | undefined
  let lostTimer: ReturnType<typeof setTimeout> | undefined
  let heardAt = performance.now()

  const flush = () => {
    if (isLeft || !isScheduled) return
    isScheduled = false
    const events = received
    received = []
    run = events.reduce(reduceRun, run)
    onChange({ run, isConnected })
  }
  const changed = () => {
    if (isScheduled) return
    isScheduled = true
    schedule(flush)
  }
  const setConnected = (value: boolean) => {
    clearTimeout(lostTimer)
    lostTimer = undefined
    if (value === isConnected) return
    isConnected = value
    changed()
  }
  const noteLost = () => {
    lostTimer ??= setTimeout(() => setConnected(false), quietMs)
  }
  const lastSeq = () => received.at(-1)?.seq ?? run.lastSeq
  const hasEnded = () => isEnded(run) || received.some(endsRun)

  async function read() {
    aborter = new AbortController()
    let timer = setTimeout(() => aborter.abort(), deadMs)
    const backgroundPoll = isResting ? setTimeout(() => aborter.abort(suspended), glanceMs) : undefined
    try {
      const response = await get(`${eventsUrl}after=${lastSeq()}`, { signal: aborter.signal })
      if (response.status === 204) return true
      if (!response.ok || !response.body) return response.status === 404
      setConnected(true)
      heardAt = performance.now()
      const parser = createParser({
        // The server asks to be left alone for so long.
        onRetry: (ms) => {
          delay = Math.min(Math.max(ms, firstDelayMs), maxDelayMs)
        },
        onEvent: ({ data }) => {
          const event = JSON.parse(data) as RunEvent
          if (event.seq > lastSeq()) received.push(event)
          changed()
        },
      })
      const decoder = new TextDecoder()
      const reader = response.body.getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return hasEnded()
        clearTimeout(timer)
        timer = setTimeout(() => aborter.abort(), deadMs)
        heardAt = performance.now()
        delay = firstDelayMs
        parser.feed(decoder.decode(value, { stream: true }))
      }
    } finally {
      clearTimeout(timer)
      clearTimeout(backgroundPoll)
    }
  }

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  async function follow() {
    while (!isLeft && !hasEnded()) {
      const isDone = await read().catch(() => false)
      if (!isLeft && !hasEnded() && aborter.signal.reason !== suspended) onCut?.()
      if (isDone || isLeft) break
      if (aborter.signal.reason === suspended) {
        if (isResting) await pause(restMs)
        continue
      }
      noteLost()
      await pause(delay * (0.5 + Math.random()))
      delay = Math.min(delay * 2, maxDelayMs)
    }
    clearTimeout(lostTimer)
    changed()
  }

  const onVisibility = () => {
    clearTimeout(hiddenTimer)
    if (document.hidden) {
      hiddenTimer = setTimeout(() => {
        isResting = true
        aborter.abort(suspended)
      }, hiddenMs)
    } else {
      isResting = false
      // What fell silent while the machine slept need not be waited for.
      if (performance.now() - heardAt > beatMs) aborter.abort(suspended)
      wake()
    }
  }
  const onOnline = () => {
    delay = firstDelayMs
    wake()
  }
  const onOffline = () => {
    noteLost()
    aborter.abort()
  }
  document.addEventListener('visibilitychange', onVisibility)
  addEventListener('online', onOnline)
  addEventListener('offline', onOffline)
  void follow()

  return () => {
    isLeft = true
    aborter.abort()
    wake()
    clearTimeout(hiddenTimer)
    clearTimeout(lostTimer)
    document.removeEventListener('visibilitychange', onVisibility)
    removeEventListener('online', onOnline)
    removeEventListener('offline', onOffline)
  }
}
