import { Hono } from 'hono'
import { z } from 'zod'
import { ProblemError } from '../../shared/problem.ts'
import type { Gate } from '../access/gate.ts'
import type { Admin } from '../admin/admin.ts'
import type { Env } from '../http/visitor.ts'
import { parseBody } from '../http/parse-body.ts'
import type { Costs } from './policy.ts'

/** A visitor as the overview names it. */
function parseVisitor(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new ProblemError(404, 'not-found', 'There is no such visitor.')
  return text
}

/** The `next` of a page before. */
function parseCursor(text: string | undefined): { createdAt: number; id: string } | undefined {
  if (text === undefined) return undefined
  const [, createdAt, id] = /^(\d{1,15})\.([\w-]{1,64})$/.exec(text) ?? []
  if (createdAt === undefined || id === undefined) {
    throw new ProblemError(400, 'bad-request', 'cursor must be the `next` of the page before.')
  }
  return { createdAt: Number(createdAt), id }
}

/** The operator's own: nothing is here where no ADMIN_CODE is set. */
export function createAdminRoutes(gate: Gate, operator: Admin, costs: Costs) {
  return new Hono<Env>()
    .use(async (_c, next) => {
      if (!gate.isSet) throw new ProblemError(404, 'not-found', 'Set ADMIN_CODE to have an operator’s view.')
      await next()
    })
    .post('/enter', costs('guessing'), async (c) => {
      const { code } = await parseBody(c, z.object({ code: z.string().max(200) }))
      await gate.enter(code, c)
      return c.body(null, 204)
    })
    .get('/', costs('administering'), async (c) => c.json(await operator.overview(Date.now())))
    .post('/runs/:id/stop', costs('administering'), async (c) => {
      await operator.stopRun(c.req.param('id'))
      return c.body(null, 204)
    })
    .get('/shares', costs('administering'), async (c) =>
      c.json(await operator.listShares(Date.now(), parseCursor(c.req.query('cursor')))),
    )
    .delete('/shares', costs('administering'), async (c) => {
      await operator.revokeEveryShare()
      return c.body(null, 204)
    })
    .delete('/shares/:id', costs('administering'), async (c) => {
      await operator.revokeShare(c.req.param('id'))
      return c.body(null, 204)
    })
    .put('/blocked/:visitor', costs('administering'), async (c) => {
      await operator.block(parseVisitor(c.req.param('visitor')), Date.now())
      return c.body(null, 204)
    })
    .delete('/blocked/:visitor', costs('administering'), async (c) => {
      await operator.allow(parseVisitor(c.req.param('visitor')))
      return c.body(null, 204)
    })
}
