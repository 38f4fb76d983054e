import type { MiddlewareHandler } from 'hono'
import { limits } from '../../shared/config.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Env } from '../visitors/visitor.ts'

const maxBytes = 256 * 1024 * 1024
const waitMs = 30_000
const comeBackS = 5

/** A number of bytes to share: taken in the order asked, half of it by one holder at most. */
export function createRoom(total: number, patienceMs: number) {
  type Waiting = { holder: string; bytes: number; start: () => void }
  const held = new Map<string, number>()
  let used = 0
  let line: Waiting[] = []

  const fits = ({ holder, bytes }: Waiting) => used + bytes <= total && (held.get(holder) ?? 0) + bytes <= total / 2
  function enter({ holder, bytes }: Waiting) {
    used += bytes
    held.set(holder, (held.get(holder) ?? 0) + bytes)
  }
  function leave({ holder, bytes }: Waiting) {
    used -= bytes
    const left = (held.get(holder) ?? 0) - bytes
    if (left > 0) held.set(holder, left)
    else held.delete(holder)
    // Who cannot enter yet does not hold up those behind.
    for (const waiting of line) {
      if (!fits(waiting)) continue
      line = line.filter((other) => other !== waiting)
      enter(waiting)
      waiting.start()
    }
  }

  /** Resolves to the way out, or to `undefined` where there was no room in time. */
  return async (holder: string, bytes: number): Promise<(() => void) | undefined> => {
    const mine: Waiting = { holder, bytes, start: () => {} }
    if (fits(mine)) enter(mine)
    else {
      const hasEntered = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => {
          line = line.filter((other) => other !== mine)
          resolve(false)
        }, patienceMs)
        mine.start = () => {
          clearTimeout(timer)
          resolve(true)
        }
        line.push(mine)
      })
      if (!hasEntered) return undefined
    }
    return () => leave(mine)
  }
}

/** Bodies of uploads stand in memory while they are decoded: so many bytes at once and no more, others wait unread. */
export function createUploadRoom(): MiddlewareHandler<Env> {
  const enter = createRoom(maxBytes, waitMs)
  return async (c, next) => {
    const declared = Number(c.req.header('content-length') ?? NaN)
    const bytes = Number.isFinite(declared) ? Math.min(declared, limits.maxUploadBytes) : limits.maxUploadBytes
    const leave = await enter(c.get('client').address ?? '', bytes)
    if (!leave) {
      throw new ProblemError(503, 'busy', 'Too many pictures are being read. Try again in a few seconds.', comeBackS)
    }
    try {
      await next()
    } finally {
      leave()
    }
  }
}
