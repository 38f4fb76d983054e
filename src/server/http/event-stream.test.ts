import { IncomingMessage, ServerResponse } from 'node:http'
import { connect, Socket, type AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RunEvent } from '../../shared/run/run.ts'
import type { Env } from './visitor.ts'
import { createFeed, type FeedWriter } from '../runs/journal/feed.ts'
import { createEventStreams, writeEventStreams, type EventStreamOptions } from './event-stream.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const start: RunEvent = { seq: 1, at: 0, type: 'start', model: 'm' }
const delta = (seq: number, text: string): RunEvent => ({ seq, at: seq, type: 'answer-delta', text })
const end = (seq: number): RunEvent => ({ seq, at: seq, type: 'finish', reason: 'stop' })

function serve(feed: FeedWriter) {
  const streams = createEventStreams()
  const onClose = vi.fn()
  const get = async (options: Partial<EventStreamOptions> = {}) =>
    await new Hono<Env>()
      .get('/', (c) => streams.respond(c, feed, { after: 0, onClose, ...options }))
      .request('http://localhost/')
  return { streams, onClose, get }
}

/** What has come so far; `text` grows by itself. */
function read(response: Response) {
  const seen = { text: '', isDone: false, error: undefined as unknown }
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  const go = async () => {
    for (;;) {
      const piece = await reader?.read()
      if (!piece || piece.done) break
      seen.text += decoder.decode(piece.value, { stream: true })
    }
    seen.isDone = true
  }
  void go().catch((error: unknown) => {
    seen.error = error
  })
  return seen
}
const settle = () => vi.advanceTimersByTimeAsync(0)
const numbers = (text: string) => [...text.matchAll(/^id:(\d+)$/gm)].map((match) => Number(match[1]))

test('the first bytes come at once, a silence is filled at least every 15 s, and the end closes it', async () => {
  const feed = createFeed()
  const { get, onClose } = serve(feed)
  const response = await get()
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  })
  const seen = read(response)
  await settle()
  expect(seen.text).toBe(':\n\n')
  for (let beats = 2; beats < 5; beats += 1) {
    await vi.advanceTimersByTimeAsync(15_000)
    expect(seen.text.length / 3).toBeGreaterThanOrEqual(beats)
  }
  feed.append([start, delta(2, 'x')])
  feed.append([end(3)])
  await settle()
  expect(numbers(seen.text)).toEqual([1, 2, 3])
  expect(seen.isDone).toBe(true)
  expect(onClose).toHaveBeenCalledTimes(1)
})

test('behind the last event of an ended run there is 204', async () => {
  const feed = createFeed()
  const { get, onClose } = serve(feed)
  feed.append([start, end(2)])
  expect((await get({ after: 2 })).status).toBe(204)
  expect(onClose).toHaveBeenCalledTimes(1)
  expect(numbers(await (await get({ after: 1 })).text())).toEqual([2])
})

test('a reader that takes nothing is dropped and resumes by its number; the others see everything', async () => {
  const feed = createFeed()
  const { get, streams, onClose } = serve(feed)
  const dead = (await get()).body?.getReader()
  const alive = read(await get())
  await dead?.read()
  feed.append([start])
  expect(new TextDecoder().decode((await dead?.read())?.value)).toContain('id:1')
  for (let seq = 2; seq < 2_000; seq += 1) {
    feed.append([delta(seq, 'much text '.repeat(100))])
    if (seq % 50 === 0) await vi.advanceTimersByTimeAsync(1_000)
  }
  await settle()
  expect(numbers(alive.text)).toEqual(Array.from({ length: 1_999 }, (_, index) => index + 1))
  expect(streams.count()).toBe(1)
  expect(onClose).toHaveBeenCalledTimes(1)
  await expect(dead?.read()).rejects.toThrow('too long')
  const again = read(await get({ after: 1 }))
  feed.append([end(2_000)])
  await settle()
  expect(numbers(again.text)).toEqual(Array.from({ length: 1_999 }, (_, index) => index + 2))
})

test('streams that are ended ask their readers to come again, one group or all', async () => {
  const feed = createFeed()
  feed.append([start])
  const { get, streams } = serve(feed)
  const first = read(await get({ group: 'a' }))
  const second = read(await get({ group: 'b' }))
  await settle()
  streams.end('a')
  await settle()
  expect(first).toMatchObject({ isDone: true, text: expect.stringContaining('retry:') as unknown })
  expect(second.isDone).toBe(false)
  streams.end()
  await settle()
  expect(second.isDone).toBe(true)
})

test('a reader that left before its stream began leaves nothing behind, and one that asks for the head gets no more', async () => {
  const feed = createFeed()
  feed.append([start])
  const streams = createEventStreams()
  const onClose = vi.fn()
  const app = new Hono<Env>().use(writeEventStreams).get('/', (c) => streams.respond(c, feed, { after: 0, onClose }))
  const outgoing = new ServerResponse(new IncomingMessage(new Socket()))
  outgoing.destroy()
  await app.request('http://localhost/', {}, { outgoing })
  expect(onClose).toHaveBeenCalledTimes(1)
  const head = await app.request('http://localhost/', { method: 'HEAD' })
  expect(head.headers.get('content-type')).toContain('text/event-stream')
  expect(onClose).toHaveBeenCalledTimes(2)
  expect(streams.count()).toBe(0)
})

test('what is shown of an event is made once for all who watch', async () => {
  const feed = createFeed()
  const { get } = serve(feed)
  const show = vi.fn((events: RunEvent[]) => events.filter(({ type }) => type !== 'start'))
  const seen = [read(await get({ show })), read(await get({ show })), read(await get({ show }))]
  await settle()
  feed.append([start])
  await settle()
  feed.append([delta(2, 'x'), end(3)])
  await settle()
  expect(seen.map(({ text }) => numbers(text))).toEqual([
    [2, 3],
    [2, 3],
    [2, 3],
  ])
  expect(show).toHaveBeenCalledTimes(2)
})

test.each([
  ['at once', ''],
  ['behind an answer that is still to come', 'GET /before HTTP/1.1\r\nHost: localhost\r\n\r\n'],
])('on a connection the frames are all of the body, and its end is theirs: %s', async (_, before) => {
  vi.useRealTimers()
  const feed = createFeed()
  const streams = createEventStreams()
  let answerBefore = () => {}
  const answered = new Promise<void>((resolve) => {
    answerBefore = resolve
  })
  const app = new Hono<Env>()
    .use(writeEventStreams)
    .get('/before', async (c) => {
      await answered
      return c.text('')
    })
    .get('/', (c) => streams.respond(c, feed, { after: 0, onClose: () => {} }))
  const server = createAdaptorServer({ fetch: app.fetch }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(`${before}GET / HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  await vi.waitUntil(() => streams.count() === 1)
  feed.append([start, delta(2, '½ of it')])
  answerBefore()
  feed.append([end(3)])
  const seen = (await socket.setEncoding('utf8').toArray()).join('')
  server.close()
  const [head = '', ...body] = seen.slice(seen.lastIndexOf('HTTP/1.1')).split('\r\n\r\n')
  expect(head).toMatch(/^Connection: close$/im)
  expect(head).not.toMatch(/^Transfer-Encoding:/im)
  const frames = [start, delta(2, '½ of it'), end(3)].map(
    (event) => `id:${event.seq}\ndata:${JSON.stringify(event)}\n\n`,
  )
  expect(body.join('\r\n\r\n')).toBe(`:\n\n${frames.join('')}`)
})
