import { createParser } from 'eventsource-parser'
import { isEnded, reduceRun, type Run, type RunEvent } from '../../shared/run.ts'

/** Without a byte for this long the connection is dead: the server sends one at least every 15 s. */
const deadMs = 35_000
const firstDelayMs = 500
const maxDelayMs = 8_000
/** A hidden tab keeps its stream this long, then only looks in now and then: browsers allow few streams to one host. */
const hiddenMs = 20_000
const restMs = 15_000
const glanceMs = 2_000
const letGo = 'let go'

export type Following = { run: Run; isConnected: boolean }
type Deps = { fetch: typeof fetch; schedule: (flush: () => void) => void }

/** Once a frame, and at a slower beat where the tab is hidden and no frames come. */
const onFrame = (flush: () => void) => {
  const timer = setTimeout(flush, 250)
  requestAnimationFrame(() => {
    clearTimeout(timer)
    flush()
  })
}

/**
 * Folds a run's events from where `run` stands to its end, reconnecting by number with back-off and jitter. A hidden
 * tab lets its stream go and looks in now and then, until it is seen again. Returns how to leave off.
 */
export function followRun(start: Run, onChange: (following: Following) => void, deps: Partial<Deps> = {}): () => void {
  const { fetch: get = fetch.bind(globalThis), schedule = onFrame } = deps
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
    if (value === isConnected) return
    isConnected = value
    changed()
  }
  const lastSeq = () => received.at(-1)?.seq ?? run.lastSeq
  const hasEnded = () => isEnded(run) || received.some(({ type }) => type === 'finish' || type === 'error')

  async function read() {
    aborter = new AbortController()
    let timer = setTimeout(() => aborter.abort(), deadMs)
    const glance = isResting ? setTimeout(() => aborter.abort(letGo), glanceMs) : undefined
    try {
      const response = await get(`/api/runs/${start.id}/events?after=${lastSeq()}`, { signal: aborter.signal })
      if (response.status === 204) return true
      if (!response.ok || !response.body) return response.status === 404
      setConnected(true)
      const parser = createParser({
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
        delay = firstDelayMs
        parser.feed(decoder.decode(value, { stream: true }))
      }
    } finally {
      clearTimeout(timer)
      clearTimeout(glance)
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
      if (isDone || isLeft) break
      if (aborter.signal.reason === letGo) {
        if (isResting) await pause(restMs)
        continue
      }
      setConnected(false)
      await pause(delay * (0.5 + Math.random()))
      delay = Math.min(delay * 2, maxDelayMs)
    }
    changed()
  }

  const onVisibility = () => {
    clearTimeout(hiddenTimer)
    if (document.hidden) {
      hiddenTimer = setTimeout(() => {
        isResting = true
        aborter.abort(letGo)
      }, hiddenMs)
    } else {
      isResting = false
      wake()
    }
  }
  const onOnline = () => {
    delay = firstDelayMs
    wake()
  }
  const onOffline = () => {
    setConnected(false)
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
    document.removeEventListener('visibilitychange', onVisibility)
    removeEventListener('online', onOnline)
    removeEventListener('offline', onOffline)
  }
}
