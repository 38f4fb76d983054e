import { setTimeout as sleep } from 'node:timers/promises'
import type { Run } from '../../../../src/shared/run/run.ts'
import { inParallel, tally, type Attack } from '../attack.ts'
import { endings } from '../endings.ts'

/** From a finish reason, or from a connection's end, to the run's own: with its four tries where nothing came. */
const mostMs = 15_000

export const upstreamAttacks: Attack[] = [
  {
    name: 'upstream-endings',
    what: 'answers that come in one burst and end in every way a connection can',
    async run({ stranger, signal }) {
      const cases = Object.keys(endings).flatMap((name) => [100_000, 1_300_000].map((bytes) => ({ name, bytes })))
      const ends: string[] = []
      const problems: string[] = []
      await inParallel(cases, 12, signal, async ({ name, bytes }) => {
        const visitor = stranger()
        const { id } = await visitor.ask(`[[${name}:${bytes}]]`)
        const askedAt = performance.now()
        for (;;) {
          const run = JSON.parse((await visitor.send('GET', `/api/runs/${id}`)).text || '{}') as Partial<Run>
          if (run.endedAt !== undefined) return void ends.push(run.error?.code ?? run.finish ?? '')
          if (signal.aborted) return
          if (performance.now() - askedAt > mostMs) return void problems.push(`the run of ${name}:${bytes} goes on`)
          await sleep(100)
        }
      })
      return { done: `${cases.length} answers: ${tally(ends)}`, problems }
    },
  },
  {
    name: 'upstream-floods',
    what: 'sixteen answers of four megabytes, each as fast as the connection takes it',
    async run({ stranger, many, signal }) {
      const statuses: number[] = []
      await inParallel(many(16), 16, signal, async () => {
        const { status } = await stranger().sendJson('POST', '/api/runs', { question: '[[text:3900000]]' })
        statuses.push(status)
      })
      await sleep(8_000, undefined, { signal }).catch(() => {})
      return { done: tally(statuses) }
    },
  },
]
