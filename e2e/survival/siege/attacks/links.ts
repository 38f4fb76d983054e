import { setTimeout as sleep } from 'node:timers/promises'
import { inParallel, tally, type Attack } from '../attack.ts'
import { toArchivedRun } from '../stranger.ts'

const cutWithinMs = 2_000

export const linkAttacks: Attack[] = [
  {
    name: 'many-links',
    what: 'as many links as can be made, each opened; then one is revoked while somebody watches',
    async run(scene) {
      const { stranger, many, after } = scene
      const owner = stranger()
      const { id: live } = await owner.ask('[[stream:10]]')
      const watched = await owner.share(live)
      const viewer = stranger()
      const stream = await viewer.open('GET', `/api/shares/${watched.id}/events`)
      let isCut = false
      const reading = (async () => {
        for await (const _ of stream.body ?? []) continue
      })()
      void reading.catch(() => {}).finally(() => (isCut = true))

      const until = after(0.6)
      const statuses: number[] = []
      await inParallel(many(40), 20, until, async () => {
        const visitor = stranger()
        const run = await visitor.importLines([toArchivedRun({ answerText: 'x'.repeat(20_000) })])
        for (let made = 0; made < 1_000 && !until.aborted; made += 1) {
          const { status, text } = await visitor.sendJson('POST', `/api/runs/${run}/shares`, {})
          statuses.push(status)
          if (status !== 201) return
          await visitor.send('GET', `/api/shares/${(JSON.parse(text) as { id: string }).id}`)
        }
      })
      const revoked = await owner.send('DELETE', `/api/shares/${watched.id}`)
      await Promise.race([reading.catch(() => {}), sleep(cutWithinMs)])
      const problems = [
        revoked.status !== 204 && `revoking gave ${revoked.status}`,
        !isCut && 'whoever watched the revoked link still does',
      ]
      const done = `links: ${tally(statuses)}; revoked: ${revoked.status}`
      return { done, problems: problems.filter((problem) => problem !== false) }
    },
  },
  {
    name: 'invented-hosts',
    what: 'a long answer’s page under every port that a Host can name',
    async run({ stranger, many, port, signal }) {
      const owner = stranger()
      const run = await owner.importLines([
        toArchivedRun({ answerText: 'So \\(x^2 + 1\\) it **is**.\n\n'.repeat(10_000) }),
      ])
      const { id } = await owner.share(run)
      const statuses: number[] = []
      await inParallel(many(1_500), 10, signal, async (index) => {
        const headers = { host: `localhost:${index + 1}`, 'x-forwarded-host': `localhost:${index + 1}` }
        statuses.push((await owner.send('GET', `/s/${id}`, undefined, headers)).status)
      })
      return { done: `a page of 280 kB on ${port}, under other ports: ${tally(statuses)}` }
    },
  },
]
