import { PassThrough, type Writable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context, MiddlewareHandler } from 'hono'
import { endsRun } from '../../shared/run/event-kinds.ts'
import type { RunEvent } from '../../shared/run/run.ts'
import type { Feed } from '../runs/journal/feed.ts'
import type { Env } from './visitor.ts'

/** A comment goes out after this long without an event, at most. */
const heartbeatMs = 10_000
const tickMs = 2_500
/** A reader that takes nothing for this long while something waits is dropped; it resumes by its last number. */
const stalledMs = 30_000
/** When the page should come again after the server closed its stream; it adds jitter. */
const retryMs = 1_000

/** What a viewer may see of some events; called once for the same events, however many watch. */
export type Filter = (events: RunEvent[]) => RunEvent[]

export type EventStreamOptions = {
  /** Where it begins: after the event of this number. */
  after: number
  show?: Filter
  /** Streams of one group are ended together. */
  group?: string
  /** Called once when the stream is over, whoever ended it. */
  onClose: () => void
}

export type EventStreams = ReturnType<typeof createEventStreams>

const heartbeat = ':\n\n'
const retryFrame = `retry:${retryMs}\n\n`
const toFrame = (event: RunEvent) => `id:${event.seq}\ndata:${JSON.stringify(event)}\n\n`
const showAll: Filter = (events) => events

/** The frames that a feed's readers took last: made once for all who see the same of the same events. */
type Encode = (events: RunEvent[], show: Filter) => string
function createEncode(): Encode {
  let made: { events: RunEvent[]; show: Filter; frames: string } | undefined
  return (events, show) => {
    if (made?.events !== events || made.show !== show) {
      let frames = ''
      for (const event of show(events)) frames += toFrame(event)
      made = { events, show, frames }
    }
    return made.frames
  }
}
const encoders = new WeakMap<Feed, Encode>()

/** Absent where the app is called without a port. */
const nodeResponseOf = (c: Context) => (c.env as Partial<HttpBindings> | undefined)?.outgoing

/**
 * Before all that sets headers. Streams go straight to Node's response, once its head is known: a web stream in between
 * took a fifth of the server's time.
 */
export const writeEventStreams: MiddlewareHandler<Env> = async (c, next) => {
  await next()
  const write = c.get('writeEvents')
  const outgoing = nodeResponseOf(c)
  if (!write || !outgoing) return
  outgoing.statusCode = c.res.status
  outgoing.setHeaders(c.res.headers)
  // Readers know the end by the last event: a chunk's frame around each would cost a twentieth of the time, and memory.
  outgoing.setHeader('Connection', 'close')
  outgoing.removeHeader('Transfer-Encoding')
  outgoing.flushHeaders()
  // Without a length or chunks the body is what the connection carries: the way through the response took a twentieth of the time.
  write(outgoing, outgoing.socket ?? outgoing)
  // Else the two would be merged into one that is sent.
  c.res = undefined
  c.res = RESPONSE_ALREADY_SENT
}

/** Server-sent events from feeds. Each reader takes what all share at its own pace: a slow one costs a full buffer. */
export function createEventStreams(options: { heartbeatMs?: number; stalledMs?: number } = {}) {
  const beat = options.heartbeatMs ?? heartbeatMs
  const stalled = options.stalledMs ?? stalledMs
  type Open = { group: string | undefined; tick: (now: number) => void; end: () => void }
  const streams = new Set<Open>()
  setInterval(
    () => {
      const now = performance.now()
      for (const stream of streams) stream.tick(now)
    },
    Math.min(tickMs, beat / 2, stalled / 2),
  ).unref()

  /** `body` takes the frames, `out` is what ends. */
  function write(
    feed: Feed,
    { after, show = showAll, group, onClose }: EventStreamOptions,
    out: Writable,
    body = out,
  ): void {
    // It may have left while it was looked up what it may see.
    if (out.destroyed) return onClose()
    const encode = encoders.get(feed) ?? createEncode()
    encoders.set(feed, encode)
    let cursor = after
    let sentAt = performance.now()
    /** What was written waits for its reader. */
    let isFull = false
    let isEnding = false
    let isClosed = false
    const send = (frames: string) => {
      sentAt = performance.now()
      isFull = !body.write(frames)
    }
    const close = () => {
      if (isClosed) return
      isClosed = true
      streams.delete(stream)
      off()
      onClose()
    }
    const finish = () => {
      close()
      out.end()
      // Who never reads the rest would keep it, and the connection, for ever.
      const timer = setTimeout(() => out.destroy(), stalled).unref()
      out.on('close', () => clearTimeout(timer))
    }
    /** Sends what there is, as far as the reader keeps up. */
    function advance() {
      while (!isClosed && !isFull) {
        const events = feed.read(cursor)
        const last = events.at(-1)
        if (!last) {
          if (isEnding && !feed.isComplete()) send(retryFrame)
          if (isEnding || feed.isComplete()) finish()
          return
        }
        cursor = last.seq
        const frames = encode(events, show)
        if (frames !== '') send(frames)
        if (endsRun(last)) finish()
      }
    }
    const stream: Open = {
      group,
      tick(now) {
        if (!isFull && now - sentAt >= beat) send(heartbeat)
        else if (isFull && now - sentAt >= stalled) out.destroy(new Error('The reader took nothing for too long.'))
      },
      end() {
        isEnding = true
        advance()
      },
    }
    streams.add(stream)
    const off = feed.onChange(advance)
    out.on('close', close)
    out.on('error', close)
    body.on('drain', () => {
      isFull = false
      advance()
    })
    send(heartbeat)
    advance()
  }

  return {
    /** From the first byte at once to the run's last event; 204 where nothing is left to come. */
    respond(c: Context<Env>, feed: Feed, streamOptions: EventStreamOptions): Response {
      const isNothing = feed.isComplete() && streamOptions.after >= feed.lastSeq()
      if (isNothing || c.req.method === 'HEAD') streamOptions.onClose()
      if (isNothing) return c.body(null, 204)
      const headers = {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-cache, no-transform',
        'X-Accel-Buffering': 'no',
      }
      if (c.req.method === 'HEAD') return c.body(null, 200, headers)
      if (nodeResponseOf(c)) {
        c.set('writeEvents', (out, body) => write(feed, streamOptions, out, body))
        return c.body(null, 200, headers)
      }
      const out = new PassThrough()
      write(feed, streamOptions, out)
      return c.body(ReadableStream.from<Uint8Array>(out) as globalThis.ReadableStream, 200, headers)
    },

    /** Ends the streams of one group, or all, and asks their readers to come again. */
    end(group?: string): void {
      for (const stream of streams) if (group === undefined || stream.group === group) stream.end()
    },

    count: () => streams.size,
  }
}
