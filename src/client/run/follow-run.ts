import { createParser } from 'eventsource-parser'
import { isEnded, reduceRun, type Run, type RunEvent } from '../../shared/run.ts'

/** Without a byte for this long the connection is dead: the server sends one at least every 15 s. */
const deadMs = 35_000
const firstDelayMs = 500
const maxDelayMs = 8_000
const hiddenMs = 20_000

export type Following = { run: Run; isConnected: boolean }
type Deps = { fetch: typeof fetch; schedule: (flush: () => void) => void }

/** Once a frame, and at a slower beat where the tab is hidden and no frames come. */
const onFrame = (flush: () => void) => {
  if (document.hidden) setTimeout(flush, 250)
  else requestAnimationFrame(flush)
}

/**
 * Folds a run's events from where `run` stands to its end, reconnecting by number with back-off and jitter. A hidden
 * tab lets its stream go and resumes when seen. Returns how to leave off.
 */
export function followRun(start: Run, onChange: (following: Following) => void, deps: Partial<Deps> = {}): () => void {
  const { fetch: get = fetch.bind(globalThis), schedule = onFrame } = deps
  let run = start
  let received: RunEvent[] = []
  let isConnected = true
  let isScheduled = false
  let isLeft = false
  let delay = firstDelayMs
  let aborter = new AbortController()
  let wake = () => {}
  let hiddenTimer: ReturnType<typeof setTimeout> | undefined

  const flush = () => {
    isScheduled = false
    if (isLeft) return
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
    try {
      const response = await get(`/api/runs/${start.id}/events?after=${lastSeq()}`, { signal: aborter.signal })
      if (response.status === 204) return true
      if (!response.ok || !response.body) return response.status === 404
      const parser = createParser({
        onEvent: ({ data }) => {
          const event = JSON.parse(data) as RunEvent
          if (event.seq === lastSeq() + 1) received.push(event)
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
        setConnected(true)
        delay = firstDelayMs
        parser.feed(decoder.decode(value, { stream: true }))
      }
    } finally {
      clearTimeout(timer)
    }
  }

  async function follow() {
    while (!isLeft && !hasEnded()) {
      if (document.hidden && hiddenTimer === undefined && aborter.signal.aborted) {
        await new Promise<void>((resolve) => (wake = resolve))
        continue
      }
      const isDone = await read().catch(() => false)
      if (isDone || isLeft) break
      if (document.hidden && aborter.signal.aborted) continue
      setConnected(false)
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, delay * (0.5 + Math.random()))
      })
      delay = Math.min(delay * 2, maxDelayMs)
    }
    changed()
  }

  const onVisibility = () => {
    clearTimeout(hiddenTimer)
    hiddenTimer = undefined
    if (document.hidden) {
      hiddenTimer = setTimeout(() => {
        hiddenTimer = undefined
        aborter.abort()
      }, hiddenMs)
    } else wake()
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
