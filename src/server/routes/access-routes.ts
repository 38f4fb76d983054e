import { Hono, type MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { ProblemError } from '../../shared/problem.ts'
import type { Gate } from '../access/gate.ts'
import type { Env } from '../visitors/visitor.ts'
import { parseBody } from './parse-body.ts'

/** The code is shown once for a cookie that asking then needs. */
export function createAccessRoutes(gate: Gate) {
  return new Hono<Env>().post('/', async (c) => {
    const { code } = await parseBody(c, z.object({ code: z.string().max(200) }))
    await gate.enter(code, c)
    return c.body(null, 204)
  })
}

/** Guards what costs: asking, and adding what is asked about. */
export function needsAccess(gate: Gate): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (c.req.method === 'POST' && !gate.isOpenTo(c)) {
      throw new ProblemError(401, 'access-code-required', 'Asking needs the access code: POST it to /api/access first.')
    }
    await next()
  }
}
