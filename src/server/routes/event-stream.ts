import type { Context } from 'hono'
import type { RunEvent } from '../../shared/run.ts'
import type { Feed } from '../runs/feed.ts'

/** A comment goes out after this long without an event, at most. */
const heartbeatMs = 10_000
const tickMs = 2_500
/** A reader that takes nothing for this long while something waits is dropped; it resumes by its last number. */
const stalledMs = 30_000
/** When the page should come again after the server closed its stream; it adds jitter. */
const retryMs = 1_000

/** What a viewer may see of some events; called once for the same events, however many watch. */
export type Show = (events: RunEvent[]) => RunEvent[]

export type EventStreamOptions = {
  /** Where it begins: after the event of this number. */
  after: number
  show?: Show
  /** Streams of one group are ended together. */
  group?: string
  /** Called once when the stream is over, whoever ended it. */
  onClose: () => void
}

export type EventStreams = ReturnType<typeof createEventStreams>

const encoder = new TextEncoder()
const heartbeat = encoder.encode(':\n\n')
const comeAgain = encoder.encode(`retry:${retryMs}\n\n`)
const toFrame = (event: RunEvent) => `id:${event.seq}\ndata:${JSON.stringify(event)}\n\n`
const showAll: Show = (events) => events

/** The frames of some events, made once for all who see the same of them. */
const encodings = new WeakMap<Show, WeakMap<RunEvent[], Uint8Array>>()
function encode(events: RunEvent[], show: Show): Uint8Array {
  let known = encodings.get(show)
  if (!known) encodings.set(show, (known = new WeakMap()))
  const bytes = known.get(events) ?? encoder.encode(show(events).map(toFrame).join(''))
  known.set(events, bytes)
  return bytes
}

/**
 * Server-sent events from feeds. Each reader pulls at its own pace from what all share, so a slow one costs a piece of
 * memory and nothing else.
 */
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

  function open(feed: Feed, { after, show = showAll, group, onClose }: EventStreamOptions): ReadableStream<Uint8Array> {
    let cursor = after
    let sentAt = performance.now()
    /** A reader is waiting for the next piece. */
    let isWanted = false
    let isEnding = false
    let resume = () => {}
    const off = feed.onChange(() => resume())
    const close = () => {
      if (!streams.delete(stream)) return
      off()
      onClose()
    }
    let drop = () => {}
    const stream: Open = {
      group,
      tick(now) {
        if (isWanted && now - sentAt >= beat) resume()
        else if (!isWanted && now - sentAt >= stalled) drop()
      },
      end() {
        isEnding = true
        resume()
      },
    }
    streams.add(stream)
    return new ReadableStream<Uint8Array>(
      {
        start(controller) {
          controller.enqueue(heartbeat)
          drop = () => {
            close()
            controller.error(new Error('The reader took nothing for too long.'))
          }
        },
        pull(controller) {
          /** True when something went out or it is over. */
          const advance = () => {
            if (!streams.has(stream)) return true
            const send = (bytes: Uint8Array) => {
              sentAt = performance.now()
              isWanted = false
              controller.enqueue(bytes)
              return true
            }
            const finish = () => {
              close()
              controller.close()
              return true
            }
            for (;;) {
              const events = feed.read(cursor)
              const last = events.at(-1)
              if (!last) break
              cursor = last.seq
              const bytes = encode(events, show)
              const isEnd = last.type === 'finish' || last.type === 'error'
              if (bytes.byteLength > 0) send(bytes)
              if (isEnd) return finish()
              if (bytes.byteLength > 0) return true
            }
            if (feed.isOver()) return finish()
            if (isEnding) {
              send(comeAgain)
              return finish()
            }
            return performance.now() - sentAt >= beat && send(heartbeat)
          }
          isWanted = true
          if (advance()) return undefined
          return new Promise<void>((resolve) => {
            resume = () => {
              if (!advance()) return
              resume = () => {}
              resolve()
            }
          })
        },
        cancel() {
          close()
          resume()
        },
      },
      { highWaterMark: 0 },
    )
  }

  return {
    /** From the first byte at once to the run's last event; 204 where nothing is left to come. */
    respond(c: Context, feed: Feed, streamOptions: EventStreamOptions): Response {
      if (feed.isOver() && streamOptions.after >= feed.lastSeq()) {
        streamOptions.onClose()
        return c.body(null, 204)
      }
      return c.body(open(feed, streamOptions), 200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-cache, no-transform',
        'X-Accel-Buffering': 'no',
      })
    },

    /** Ends the streams of one group, or all, and asks their readers to come again. */
    end(group?: string): void {
      for (const stream of streams) if (group === undefined || stream.group === group) stream.end()
    },

    count: () => streams.size,
  }
}
