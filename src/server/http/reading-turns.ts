import type { HttpBindings } from '@hono/node-server'
import type { MiddlewareHandler } from 'hono'
import { ProblemError } from '../../shared/problem.ts'
import type { Env } from './visitor.ts'

/** So many are worked on at once, of each kind: what waits for a slow store, or for a page to be made, holds up only its like. */
const places = 16
const maxWaiting = 2_000
/** Of one address: a school whose pages all come back at once. */
const maxWaitingOfOne = 500
const comeBackS = 2

/**
 * Lets in at most `size` at once, half of them of one holder; holders take turns, each in the order it came. `enter`
 * resolves to the way out, or at once to `undefined` where too many wait.
 */
export function createFairTurns(size: number, most = { inAll: maxWaiting, ofOne: maxWaitingOfOne }) {
  const lines = new Map<string, (() => void)[]>()
  const inside = new Map<string, number>()
  let free = size
  let waiting = 0

  const mayEnter = (holder: string) => free > 0 && (inside.get(holder) ?? 0) < size / 2
  function take(holder: string) {
    free -= 1
    inside.set(holder, (inside.get(holder) ?? 0) + 1)
  }

  function leave(holder: string) {
    free += 1
    const left = (inside.get(holder) ?? 1) - 1
    if (left > 0) inside.set(holder, left)
    else inside.delete(holder)
    const next = [...lines.keys()].find(mayEnter)
    if (next === undefined) return
    const line = lines.get(next) ?? []
    const start = line.shift()
    // Behind all others, where it has more.
    lines.delete(next)
    if (line.length > 0) lines.set(next, line)
    waiting -= 1
    take(next)
    start?.()
  }

  return async function enter(holder: string): Promise<(() => void) | undefined> {
    if (mayEnter(holder)) take(holder)
    else {
      const line = lines.get(holder) ?? []
      if (waiting >= most.inAll || line.length >= most.ofOne) return undefined
      lines.set(holder, line)
      waiting += 1
      await new Promise<void>((resolve) => line.push(resolve))
    }
    return () => leave(holder)
  }
}

const isMedia = /\/media\/|\/thumb$/
const isMade = /^\/s\/|\/preview\.png$|\/export$/

/**
 * Reading holds a whole run, page or picture in memory for each request that is worked on, so that few are at once. Whose
 * connection is gone when the turn comes gets no work.
 */
export function createReadingTurns(): MiddlewareHandler<Env> {
  const kinds = { media: createFairTurns(places), made: createFairTurns(places), rest: createFairTurns(places) }
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return await next()
    const { path } = c.req
    const kind = isMedia.test(path) ? 'media' : isMade.test(path) ? 'made' : 'rest'
    const leave = await kinds[kind](c.get('client').address ?? '')
    if (!leave) throw new ProblemError(503, 'busy', 'Too much is being read. Try again in a few seconds.', comeBackS)
    try {
      const { incoming } = (c.env ?? {}) as Partial<HttpBindings>
      if (incoming?.socket.destroyed) return c.body(null, 503)
      await next()
    } finally {
      leave()
    }
  }
}
