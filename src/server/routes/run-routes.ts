import { Hono } from 'hono'
import type { AskQuestion } from '../ask/ask-question.ts'
import { questionSchema } from '../ask/question.ts'
import type { EventStreams } from '../http/event-stream.ts'
import { parseLastEventId } from '../http/last-event-id.ts'
import { parseBody } from '../http/parse-body.ts'
import type { Env } from '../http/visitor.ts'
import type { Runs } from '../runs/runs.ts'
import type { Costs } from './policy.ts'

export function createRunRoutes(deps: {
  askQuestion: AskQuestion
  runs: Runs
  eventStreams: EventStreams
  costs: Costs
}) {
  const { askQuestion, runs, eventStreams, costs } = deps
  return new Hono<Env>()
    .post('/', costs('asking'), async (c) => {
      const input = await parseBody(c, questionSchema)
      const { address, isRelayed } = c.get('client')
      const context = { visitor: c.get('visitor'), address, isRelayed, requestId: c.get('requestId') }
      const { run, isNew } = await askQuestion(input, context)
      return c.json(run, isNew ? 201 : 200)
    })
    .get('/:id', async (c) => c.json(await runs.read(c.req.param('id'), c.get('visitor'))))
    .get('/:id/events', async (c) => {
      const id = c.req.param('id')
      await runs.checkOwner(id, c.get('visitor'))
      const after = parseLastEventId(c.req.header('last-event-id') ?? c.req.query('after'))
      const { feed, release } = await runs.follow(id)
      return eventStreams.respond(c, feed, { after, onClose: release, group: id })
    })
    .post('/:id/stop', costs('ending'), async (c) => c.json(await runs.stop(c.req.param('id'), c.get('visitor'))))
    .post('/:id/restore', costs('writing'), async (c) =>
      c.json(await runs.restore(c.req.param('id'), c.get('visitor'))),
    )
    .delete('/:id', costs('ending'), async (c) => {
      await runs.delete(c.req.param('id'), c.get('visitor'), c.req.query('scope') === 'conversation')
      return c.body(null, 204)
    })
}
