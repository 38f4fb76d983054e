import { ProblemError } from '../../shared/problem.ts'

/** Whoever sends less than this in that time of waiting is let go: two kilobytes a second, and a pause now and then. */
const windowMs = 20_000
const minBytes = 40_000

export const tooSlow = () =>
  new ProblemError(408, 'too-slow', 'The connection is too slow to send this. Try again where it is better.')

const late = Symbol('late')

async function inTime<T>(work: Promise<T>, ms: number): Promise<T | typeof late> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<typeof late>((resolve) => {
    timer = setTimeout(resolve, ms, late).unref()
  })
  return await Promise.race([work, expired]).finally(() => clearTimeout(timer))
}

/** A body's bytes as they come. Throws a ProblemError where they come too slowly; what is done with them counts not. */
export async function* readAtPace(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader()
  if (!reader) return
  let waitedMs = 0
  let received = 0
  try {
    let reading = reader.read()
    for (;;) {
      const from = performance.now()
      const piece = await inTime(reading, Math.max(0, windowMs - waitedMs))
      waitedMs += performance.now() - from
      if (piece !== late) {
        if (piece.done) return
        received += piece.value.byteLength
        yield piece.value
        reading = reader.read()
      }
      if (waitedMs < windowMs) continue
      if (received < minBytes) throw tooSlow()
      waitedMs = 0
      received = 0
    }
  } finally {
    // Whatever still comes is for nobody.
    void reader.cancel().catch(() => {})
  }
}
