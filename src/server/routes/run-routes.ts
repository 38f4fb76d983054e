import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { z } from 'zod'
import { limits, thinksByDefault, type Model } from '../../shared/config.ts'
import { maxTurns } from '../../shared/history.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Run, Thinking } from '../../shared/run/run.ts'
import type { Turn } from '../model/contract.ts'
import type { Meter } from '../spending/meter.ts'
import type { MediaLibrary } from '../media/media-library.ts'
import type { Log } from '../metrics/log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { observeRun } from '../metrics/observe-run.ts'
import type { Runs } from '../runs/runs.ts'
import type { Env } from '../http/visitor.ts'
import type { ModelProvider } from '../ask/model-provider.ts'
import { checkVideo } from '../ask/check-video.ts'
import type { EventStreams } from '../http/event-stream.ts'
import { parseLastEventId } from '../http/last-event-id.ts'
import { parseBody } from '../http/parse-body.ts'
import type { Costs } from './policy.ts'

const id = z.string().min(1).max(64)
const question = z.object({
  question: z.string(),
  media: z.array(id).default([]),
  model: z.string().max(200).optional(),
  thinking: z.object({ enabled: z.boolean(), budget: z.number().int().positive().optional() }).optional(),
  parent: id.optional(),
  siblingOf: id.optional(),
  highResolution: z.boolean().optional(),
  key: z.string().min(1).max(200).optional(),
})

function toThinking(model: Model, requested: z.infer<typeof question>['thinking']): Thinking {
  const enabled = requested?.enabled ?? thinksByDefault(model)
  if (model.thinking === 'always' && !enabled) {
    throw new ProblemError(
      422,
      'thinking-not-switchable',
      `${model.id} always thinks. Leave thinking on or pick another model.`,
    )
  }
  if (model.thinking === 'never') return { enabled: false }
  if (!enabled || requested?.budget === undefined) return { enabled }
  if (model.maxBudget === undefined || requested.budget > model.maxBudget) {
    const limit = model.maxBudget === undefined ? 'takes no budget' : `takes a budget up to ${model.maxBudget} tokens`
    throw new ProblemError(422, 'budget-out-of-range', `${model.id} ${limit}. Send a smaller one or none.`)
  }
  return { enabled, budget: requested.budget }
}

const tooManyTurns = () =>
  new ProblemError(422, 'too-many-turns', `A conversation may have ${maxTurns} questions. Begin a new one.`)

export function createRunRoutes(deps: {
  runs: Runs
  meter: Meter
  media: MediaLibrary
  connection: () => ModelProvider
  eventStreams: EventStreams
  metrics: Metrics
  log: Log
  costs: Costs
}) {
  const { runs, meter, media, connection, eventStreams, metrics, log, costs } = deps

  async function readTurns(run: Pick<Run, 'question' | 'media' | 'parent'>, visitor: string): Promise<Turn[]> {
    const turns: Turn[] = []
    for (let at: Partial<Run> & typeof run = run; ;) {
      if (turns.length === maxTurns) throw tooManyTurns()
      turns.unshift({
        question: at.question,
        media: await Promise.all(at.media.map((item) => media.open(item.id, visitor))),
        ...(at.answerText !== undefined && { answerText: at.answerText }),
        ...(at.thinkingText !== undefined && { thinkingText: at.thinkingText }),
      })
      if (at.parent === undefined) return turns
      at = await runs.read(at.parent, visitor)
    }
  }

  return new Hono<Env>()
    .post('/', costs('asking'), async (c) => {
      const body = await parseBody(c, question)
      const visitor = c.get('visitor')
      const text = body.question.trim()
      if (text.length > limits.maxQuestionChars) {
        throw new ProblemError(
          422,
          'question-too-long',
          `A question may have ${limits.maxQuestionChars} characters. Shorten it.`,
        )
      }
      if (text === '')
        throw new ProblemError(422, 'question-empty', 'The question is empty. Write what you want to know.')
      if (body.media.length > limits.maxMedia) {
        throw new ProblemError(422, 'too-many-media', `A question may have ${limits.maxMedia} pictures. Remove some.`)
      }
      const { mode, models, defaultModel, ask } = connection()
      const model = models.find((candidate) => candidate.id === (body.model ?? defaultModel))
      if (!model)
        throw new ProblemError(422, 'unknown-model', 'This server does not offer that model. Pick one from the list.')
      const thinking = toThinking(model, body.thinking)
      const highResolution = body.highResolution === true && model.pixels?.highMax !== undefined
      const items = await Promise.all(
        body.media.map(async (mediaId) => ({
          ...(await media.read(mediaId, visitor)),
          ...(highResolution && { isHighResolution: true }),
        })),
      )
      for (const item of items) checkVideo(model, item)
      const sibling = body.siblingOf === undefined ? undefined : await runs.read(body.siblingOf, visitor)
      const parent = sibling ? sibling.parent : body.parent
      const turns = await readTurns({ question: text, media: items, ...(parent !== undefined && { parent }) }, visitor)
      // Said here, not by a run that cannot read its pictures.
      if (turns.some((turn) => turn.media.length > 0)) await media.check()
      const { key, ...content } = body
      const input = {
        visitor,
        question: text,
        media: items,
        model: model.id,
        thinking,
        // A group of siblings is named by its first run.
        ...(sibling && { siblingOf: sibling.siblingOf ?? sibling.id }),
        ...(parent !== undefined && { parent }),
        ...(key !== undefined && { key }),
        bodyHash: createHash('sha256').update(JSON.stringify(content)).digest('hex'),
      }
      const { address, isRelayed } = c.get('client')
      const requestId = c.get('requestId')
      const isPaid = mode === 'live'
      const admission = await meter.admit({
        visitor,
        address,
        isRelayed,
        model,
        thinking,
        turns,
        highResolution,
        isPaid,
      })
      const source = admission.meter((signal, emit) =>
        ask({ model, thinking, turns, highResolution, requestId }, signal, emit),
      )
      const watched = observeRun(source, { model, requestId }, metrics, log)
      const { run, isNew } = await runs.create(input, watched, admission.reserve)
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
