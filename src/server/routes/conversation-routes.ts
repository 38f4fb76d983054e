import { Hono } from 'hono'
import type { Conversations } from '../history/conversations.ts'
import type { Env } from '../visitors/visitor.ts'

export function createConversationRoutes(conversations: Conversations) {
  return new Hono<Env>().get('/:id/thread', async (c) =>
    c.json(await conversations.readThread(c.req.param('id'), c.get('visitor'))),
  )
}
