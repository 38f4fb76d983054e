// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { blank } from '../../shared/run/blank-run.ts'
import type { RunEvent } from '../../shared/run/run.ts'
import { followRun, type FollowState } from './follow-run.ts'

const events: RunEvent[] = [
  { seq: 1, at: 1, type: 'start', model: 'm' },
  { seq: 2, at: 2, type: 'thinking-delta', text: '设 x' },
  { seq: 3, at: 3, type: 'thinking-delta', text: ' = 5.' },
  { seq: 4, at: 4, type: 'answer-delta', text: 'x = 5' },
  { seq: 5, at: 5, type: 'finish', reason: 'stop' },
]

/** A server that hands the events out by number; `reply` says how each connection ends. */
function createServer(...replies: { upTo: number; ends: 'closes' | 'breaks' | 'stalls'; retry?: number }[]) {
  const asked: string[] = []
  const get = (async (url: string, init: RequestInit) => {
    asked.push(url)
    const reply = replies.shift()
    if (!reply) throw new TypeError('network')
    const after = Number(new URL(url, 'http://x').searchParams.get('after'))
    const due = events.filter(({ seq }) => seq > after && seq <= reply.upTo)
    const text = `: hello\n\n${due.map((event) => `id:${event.seq}\ndata:${JSON.stringify(event)}\n\n`).join('')}${reply.retry === undefined ? '' : `retry:${reply.retry}\n\n`}`
    const bytes = new TextEncoder().encode(text)
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        init.signal?.addEventListener('abort', () => controller.error(init.signal?.reason))
      },
      pull(controller) {
        if (sent < bytes.length) controller.enqueue(bytes.slice(sent, (sent += 7)))
        else if (reply.ends === 'closes') controller.close()
        else if (reply.ends === 'breaks') controller.error(new TypeError('network'))
      },
    })
    return new Response(body)
  }) as typeof fetch
  return { asked, get }
}

function follow(get: typeof fetch) {
  const seen: FollowState[] = []
  const leave = followRun(blank, (following) => seen.push(following), {
    fetch: get,
    schedule: (flush) => setTimeout(flush, 16),
  })
  return { seen, leave, last: () => seen.at(-1) }
}

let hidden = false
const setHidden = (value: boolean) => {
  hidden = value
  document.dispatchEvent(new Event('visibilitychange'))
}
beforeEach(() => {
  vi.useFakeTimers()
  hidden = false
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

test('a broken stream is taken up after the last event, and nothing is lost or doubled', async () => {
  const server = createServer({ upTo: 2, ends: 'breaks' }, { upTo: 3, ends: 'closes' }, { upTo: 5, ends: 'closes' })
  const { seen, last } = follow(server.get)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(server.asked.map((url) => url.split('=')[1])).toEqual(['0', '2', '3'])
  expect(last()).toMatchObject({
    isConnected: true,
    run: { thinkingText: '设 x = 5.', answerText: 'x = 5', status: 'finished' },
  })
  // So short a cut is not worth a word.
  expect(seen.every(({ isConnected }) => isConnected)).toBe(true)
})

test('a cut that lasts is said, and taken back when the stream is there again', async () => {
  const replies: Parameters<typeof createServer> = [{ upTo: 2, ends: 'breaks' }]
  const server = createServer(...replies)
  const { last, leave } = follow(server.get)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(last()?.isConnected).toBe(false)
  leave()
})

test('a server that goes is not asked again before the time it named', async () => {
  const server = createServer({ upTo: 2, ends: 'closes', retry: 4_000 }, { upTo: 5, ends: 'closes' })
  const { last } = follow(server.get)
  await vi.advanceTimersByTimeAsync(1_900)
  expect(server.asked).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(4_200)
  expect(last()?.run.status).toBe('finished')
})

test('a stream that fell silent while the machine slept is taken up as soon as the page is seen', async () => {
  const server = createServer({ upTo: 3, ends: 'stalls' }, { upTo: 5, ends: 'closes' })
  const { last } = follow(server.get)
  await vi.advanceTimersByTimeAsync(16_000)
  setHidden(false)
  await vi.advanceTimersByTimeAsync(100)
  expect(last()?.run.status).toBe('finished')
})

test('a stream that falls silent is given up and taken up again', async () => {
  const server = createServer({ upTo: 3, ends: 'stalls' }, { upTo: 5, ends: 'closes' })
  const { last } = follow(server.get)
  await vi.advanceTimersByTimeAsync(21_000)
  expect(server.asked).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(4_000)
  expect(last()?.run.status).toBe('finished')
})

test('what comes within a frame is one change', async () => {
  const server = createServer({ upTo: 5, ends: 'closes' })
  const { seen } = follow(server.get)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(seen.length).toBeLessThanOrEqual(2)
})

test('the network coming back is not waited out', async () => {
  const server = createServer()
  const { leave } = follow(server.get)
  await vi.advanceTimersByTimeAsync(60_000)
  const before = server.asked.length
  expect(before).toBeLessThan(25)
  dispatchEvent(new Event('online'))
  await vi.advanceTimersByTimeAsync(0)
  expect(server.asked.length).toBe(before + 1)
  leave()
})

test('a hidden tab lets the stream go, looks in, and resumes when seen', async () => {
  const server = createServer({ upTo: 2, ends: 'stalls' }, { upTo: 3, ends: 'stalls' }, { upTo: 5, ends: 'closes' })
  const { last } = follow(server.get)
  await vi.advanceTimersByTimeAsync(100)
  setHidden(true)
  await vi.advanceTimersByTimeAsync(1_500)
  expect(server.asked).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(15_000)
  expect(last()).toMatchObject({ isConnected: true, run: { thinkingText: '设 x = 5.' } })
  await vi.advanceTimersByTimeAsync(3_000)
  expect(server.asked).toHaveLength(2)
  setHidden(false)
  await vi.advanceTimersByTimeAsync(100)
  expect(last()?.run.status).toBe('finished')
})

test('left alone it asks no more', async () => {
  const server = createServer()
  const { leave } = follow(server.get)
  leave()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(server.asked.length).toBeLessThanOrEqual(1)
})
