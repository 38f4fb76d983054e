import { Hono } from 'hono'
import { z } from 'zod'
import type { Gate } from '../access/gate.ts'
import type { Env } from '../http/visitor.ts'
import { parseBody } from '../http/parse-body.ts'
import type { Costs } from './policy.ts'

/** The code is shown once for a cookie that asking then needs. */
export function createAccessRoutes(gate: Gate, costs: Costs) {
  return new Hono<Env>().post('/', costs('guessing'), async (c) => {
    const { code } = await parseBody(c, z.object({ code: z.string().max(200) }))
    await gate.enter(code, c)
    return c.body(null, 204)
  })
}
