import type { Context } from 'hono'
import type { RunEvent } from '../../shared/run.ts'

const heartbeatMs = 10_000
/** A reader further behind than this is dropped; it resumes by its last number. */
const maxBehindBytes = 1_000_000

type Follow = (
  listener: (events: RunEvent[], isLast: boolean) => void,
) => Promise<{ unfollow: () => void; isLive: boolean } | undefined>

const encoder = new TextEncoder()
const toFrame = (event: RunEvent) => `id:${event.seq}\ndata:${JSON.stringify(event)}\n\n`
const heartbeat = encoder.encode(':\n\n')

/** Frames of one commit, made once for all who watch. */
const encoded = new WeakMap<RunEvent[], Uint8Array>()
function encode(events: RunEvent[]): Uint8Array {
  const known = encoded.get(events)
  if (known) return known
  const bytes = encoder.encode(events.map(toFrame).join(''))
  encoded.set(events, bytes)
  return bytes
}

/** Server-sent events: from the first byte at once to the run's last event; 204 where nothing is left to come. */
export async function toEventStream(c: Context, follow: Follow): Promise<Response> {
  let cancel = () => {}
  let push = (_events: RunEvent[], _isLast: boolean) => {}
  let isReplay = true
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const timer = setInterval(() => send(heartbeat), heartbeatMs)
        let isOpen = true
        const send = (bytes: Uint8Array) => {
          if (!isOpen) return
          // What was saved before is handed on whole; only falling behind what comes live counts.
          if (!isReplay && (controller.desiredSize ?? 0) < -maxBehindBytes) {
            cancel()
            controller.error(new Error('The reader fell behind.'))
            return
          }
          controller.enqueue(bytes)
        }
        send(heartbeat)
        cancel = () => {
          isOpen = false
          clearInterval(timer)
        }
        push = (events, isLast) => {
          if (events.length > 0) send(encode(events))
          if (isLast && isOpen) {
            cancel()
            controller.close()
          }
        }
      },
      cancel: () => cancel(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  )
  const following = await follow((events, isLast) => push(events, isLast))
  isReplay = false
  if (!following) {
    cancel()
    return c.body(null, 204)
  }
  const stopTimer = cancel
  cancel = () => {
    stopTimer()
    following.unfollow()
  }
  if (!following.isLive) push([], true)
  return c.body(stream, 200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  })
}
