import { Hono } from 'hono'
import { z } from 'zod'
import { maxSearchChars, maxTitleChars, type ConversationChange } from '../../shared/history.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Env } from '../http/visitor.ts'
import { parseBody } from '../http/parse-body.ts'
import type { Costs } from './policy.ts'

const pageLimit = 30

const change = z.strictObject({
  title: z.string().trim().min(1).max(maxTitleChars).nullable().optional(),
  isPinned: z.boolean().optional(),
})

/** The list of conversations, and what is done to one as a whole. */
export function createConversationRoutes(conversations: Conversations, costs: Costs) {
  return new Hono<Env>()
    .get('/', async (c) => {
      const query = c.req.query('q') ?? ''
      if (query.length > maxSearchChars) {
        throw new ProblemError(
          400,
          'search-too-long',
          `What to search for may have ${maxSearchChars} characters. Shorten it.`,
        )
      }
      const cursor = c.req.query('cursor')
      if (cursor !== undefined && !/^\d{1,15}\.[\w-]{1,64}$/.test(cursor)) {
        throw new ProblemError(400, 'bad-request', 'cursor must be the `next` of the page before.')
      }
      const options = { query, limit: pageLimit, ...(cursor !== undefined && { cursor }) }
      return c.json(await conversations.list(c.get('visitor'), options))
    })
    .get('/:id/thread', async (c) => c.json(await conversations.readThread(c.req.param('id'), c.get('visitor'))))
    .patch('/:id', costs('writing'), async (c) => {
      const { title, isPinned } = await parseBody(c, change)
      const requested: ConversationChange = {
        ...(title !== undefined && { title }),
        ...(isPinned !== undefined && { isPinned }),
      }
      return c.json(await conversations.change(c.req.param('id'), c.get('visitor'), requested))
    })
}
