import { z } from 'zod'
import type { ArchivedRun } from '../../shared/archive.ts'
import { ProblemError } from '../../shared/problem.ts'
import { deltaTypes, endsRun, isDelta, type DeltaType } from '../../shared/run/event-kinds.ts'
import { runErrorCodes, type RunEvent } from '../../shared/run/run.ts'
import { fromTimeline } from '../../shared/run/timeline.ts'
import { toStorable } from '../runs/storable-text.ts'

const maxEvents = 200_000
const maxAtMs = 7 * 24 * 3_600_000

const dated = z.object({ seq: z.number(), at: z.number().min(0).max(maxAtMs) })
const tokens = z.number().int().min(0).max(1e12)
const delta = (type: DeltaType) => dated.extend({ type: z.literal(type), text: z.string().transform(toStorable) })
/** A file may say anything: what is stored, shown and replayed is an event as a run has it, and nothing beside. */
const event = z.discriminatedUnion('type', [
  dated.extend({ type: z.literal('start'), model: z.string().max(200).transform(toStorable) }),
  ...deltaTypes.map(delta),
  dated.extend({
    type: z.literal('usage'),
    inputTokens: tokens,
    outputTokens: tokens,
    thinkingTokens: tokens.optional(),
    imageTokens: tokens.optional(),
    videoTokens: tokens.optional(),
    cachedTokens: tokens.optional(),
  }),
  dated.extend({ type: z.literal('finish'), reason: z.enum(['stop', 'length', 'stopped']) }),
  dated.extend({
    type: z.literal('error'),
    code: z.enum(runErrorCodes),
    message: z.string().max(2_000).transform(toStorable),
    retryable: z.boolean(),
    requestId: z.string().max(200).transform(toStorable).optional(),
  }),
])

const damaged = () => new ProblemError(422, 'import-unreadable', 'A run in this file is damaged. Export it again.')

type Told = Pick<ArchivedRun, 'timeline' | 'thinkingText' | 'answerText'>

function readTimeline({ timeline, thinkingText, answerText }: Told): RunEvent[] {
  try {
    return fromTimeline(timeline, thinkingText, answerText)
  } catch {
    return []
  }
}

/** The events of an archived run, ended in any case: what was cut off when it was exported stays so. */
export function toImportedEvents(run: Told): RunEvent[] {
  const result = z.array(event).max(maxEvents).safeParse(readTimeline(run))
  if (!result.success) throw damaged()
  // A text that was nothing but NUL is no text.
  const events = (result.data as RunEvent[]).filter((each) => !isDelta(each) || each.text !== '')
  const isSound = events.every(
    (each, index) => each.at >= (events[index - 1]?.at ?? 0) && (!endsRun(each) || index === events.length - 1),
  )
  const last = events.at(-1)
  if (!isSound || !last) throw damaged()
  if (endsRun(last)) return events
  const { seq, at } = last
  const message = 'Exported while it went on.'
  return [...events, { seq: seq + 1, at, type: 'error', code: 'interrupted', message, retryable: true }]
}
