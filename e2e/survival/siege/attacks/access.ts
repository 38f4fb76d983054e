import { inParallel, tally, times, type Attack } from '../attack.ts'

export const accessCode = 'open, for the siege'
/** Twenty at once and then one a minute, and some room for the seconds it takes. */
const mostGuesses = 62

export const accessAttacks: Attack[] = [
  {
    name: 'code-guessing',
    what: 'guesses of the access code from the address of a whole school, whose pupils enter it meanwhile',
    env: () => ({ ACCESS_CODE: accessCode }),
    async run({ stranger, signal }) {
      const school = '198.51.100.1'
      const statuses: number[] = []
      const waits: number[] = []
      const guessing = inParallel(times(4_000), 20, signal, async (index) => {
        const { status } = await stranger(school).sendJson('POST', '/api/access', { code: `guess ${index}` })
        statuses.push(status)
      })
      const entering = inParallel(times(8), 1, signal, async () => {
        const startedAt = performance.now()
        const { status } = await stranger(school).sendJson('POST', '/api/access', { code: accessCode })
        waits.push(status === 204 ? performance.now() - startedAt : Infinity)
      })
      await Promise.all([guessing, entering])
      const looked = statuses.filter((status) => status === 403).length
      const slowest = Math.max(...waits)
      const problems = [
        looked > mostGuesses && `${looked} guesses were looked at`,
        slowest > 2_000 && `a right code took ${slowest.toFixed(0)} ms`,
      ]
      const done = `guesses: ${tally(statuses)}; a right code took ${slowest.toFixed(0)} ms`
      return { done, problems: problems.filter((problem) => problem !== false) }
    },
  },
]
