import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reduceRun, type Run, type RunEvent, type RunEventBody } from '../../shared/run/run.ts'
import { toSharedBlank } from '../../shared/to-shared-run.ts'
import { createShareFilter } from './share-filter.ts'

const run: Run = {
  id: 'owner-run',
  parent: 'owner-parent',
  siblingOf: 'owner-sibling',
  question: 'What is x?',
  media: [{ id: 'pic', kind: 'image', mime: 'image/png', width: 10, height: 20, bytes: 300 }],
  model: 'm',
  thinking: { enabled: true, budget: 500 },
  status: 'waiting',
  thinkingText: '',
  answerText: '',
  createdAt: 1_000,
  lastSeq: 0,
}
const all = { question: true, media: true, thinking: true }
const body = fc.oneof(
  fc.constant<RunEventBody>({ type: 'thinking-delta', text: 'SECRET' }),
  fc.constant<RunEventBody>({ type: 'answer-delta', text: 'open ' }),
)
const history = fc
  .tuple(fc.array(fc.tuple(body, fc.nat(5_000)), { maxLength: 40 }), fc.nat(900), fc.boolean())
  .map(([pieces, thinkingTokens, isTold]) => {
    const bodies: [RunEventBody, number][] = [
      [{ type: 'start', model: 'm' }, 3],
      ...pieces,
      [{ type: 'usage', inputTokens: 7, outputTokens: 1_000, ...(isTold && { thinkingTokens }) }, 2],
      [{ type: 'error', code: 'cut-off', message: 'upstream words', retryable: true, requestId: 'req-1' }, 1],
    ]
    let at = 0
    return bodies.map(([event, delay], index): RunEvent => ({ seq: index + 1, at: (at += delay), ...event }))
  })

test('without thinking no event tells of it: no text, no time, no tokens; the answer stays whole', () => {
  fc.assert(
    fc.property(history, fc.nat(40), (events, cut) => {
      const withhold = createShareFilter({ thinking: false })
      const shown = [...withhold(events.slice(0, cut)), ...withhold(events.slice(cut))]
      expect(JSON.stringify(shown)).not.toMatch(/SECRET|thinking|req-1|upstream words/)
      // No gap in the numbers tells how often it was thought.
      expect(shown.map(({ seq }) => seq)).toEqual(shown.map((_, index) => index + 1))
      // The same history with the thinking done in no time, or never done, looks the same.
      const never = events.filter(({ type }) => type !== 'thinking-delta')
      expect(shown.map(({ type }) => type).filter((type) => type !== 'usage')).toEqual(
        never.map(({ type }) => type).filter((type) => type !== 'usage'),
      )
      let clock = 0
      let before: RunEvent | undefined
      const slow = events.map((event): RunEvent => {
        const isThought = event.type === 'thinking-delta' || before?.type === 'thinking-delta'
        clock += event.at - (before?.at ?? 0) + (isThought ? 60_000 : 0)
        before = event
        return { ...event, at: clock }
      })
      expect(createShareFilter({ thinking: false })(slow)).toEqual(shown)
      const usage = shown.find((event) => event.type === 'usage')
      const told = events.find((event) => event.type === 'usage')?.thinkingTokens
      const hasThought = never.length < events.length
      expect(usage?.outputTokens).toBe(told === undefined ? (hasThought ? undefined : 1_000) : 1_000 - told)
    }),
    { numRuns: 300 },
  )
})

test('with thinking everything is there but the upstream’s own words', () => {
  fc.assert(
    fc.property(history, (events) => {
      const shown = createShareFilter({ thinking: true })(events)
      expect(shown.slice(0, -1)).toEqual(events.slice(0, -1))
      expect(JSON.stringify(shown)).not.toMatch(/req-1|upstream words/)
    }),
    { numRuns: 50 },
  )
})

test('the shared run has no id of the owner’s, and what is off is not in it', () => {
  expect(JSON.stringify(toSharedBlank(run, 's', { include: all, covers: [] }))).not.toMatch(/owner/)
  const bare = toSharedBlank(run, 's', { include: { question: false, media: false, thinking: false }, covers: [] })
  expect(JSON.stringify(bare)).not.toMatch(/owner|What|pic|500/)
  expect(reduceRun(bare, { seq: 1, at: 1, type: 'answer-delta', text: 'x' }).thinking).toEqual({ enabled: false })
})
