import type { Run, RunEvent } from '../../../../src/shared/run/run.ts'
import { inParallel, tally, type Attack } from '../attack.ts'
import { endings } from '../endings.ts'

/** From a finish reason, or from a connection's end, to the run's own: with its four tries where nothing came. */
const mostMs = 15_000

export const upstreamAttacks: Attack[] = [
  {
    name: 'upstream-endings',
    what: 'answers that come in one burst and end in every way a connection can',
    async run({ stranger, many, signal }) {
      const cases = Object.keys(endings).flatMap((name) =>
        many(2).map((index) => ({ name, bytes: index === 0 ? 100_000 : 1_300_000 })),
      )
      const ends: string[] = []
      const problems: string[] = []
      await inParallel(cases, 12, signal, async ({ name, bytes }) => {
        const visitor = stranger()
        const { id } = await visitor.ask(`[[${name}:${bytes}]]`)
        const isLate = AbortSignal.timeout(mostMs)
        let end: RunEvent | undefined
        for await (const event of visitor.follow(id)) {
          end = event
          if (isLate.aborted) break
        }
        if (end?.type === 'finish') ends.push(end.reason)
        else if (end?.type === 'error') ends.push(end.code)
        else if (!signal.aborted) problems.push(`the run of ${name}:${bytes} has no end`)
      })
      return { done: `${cases.length} answers: ${tally(ends)}`, problems }
    },
  },
  {
    name: 'upstream-floods',
    what: 'eight answers of four megabytes, each as fast as the connection takes it',
    async run({ stranger, many, signal }) {
      const statuses: number[] = []
      await inParallel(many(8), 8, signal, async () => {
        const visitor = stranger()
        const { status, text } = await visitor.sendJson('POST', '/api/runs', { question: '[[text:3900000]]' })
        statuses.push(status)
        if (status !== 201) return
        for await (const _ of visitor.follow((JSON.parse(text) as Run).id)) continue
      })
      return { done: tally(statuses) }
    },
  },
]
