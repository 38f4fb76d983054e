import { createHash } from 'node:crypto'
import sharp from 'sharp'
import type { Overview } from '../../../../src/shared/admin.ts'
import { inParallel, tally, times, type Attack, type Scene } from '../attack.ts'
import type { Stranger } from '../stranger.ts'

const adminCode = 'what-the-siege-may-see'
const budget = 1_000_000

async function addVideo(visitor: Stranger) {
  const frame = await sharp({ create: { width: 320, height: 200, channels: 3, background: '#345' } })
    .jpeg()
    .toBuffer()
  const form = new FormData()
  for (const index of times(4)) form.append('frames', new File([new Uint8Array(frame)], `${index}.jpg`))
  form.set('fps', '2')
  return (JSON.parse((await visitor.send('POST', '/api/media', form)).text) as { id: string }).id
}

const toHash = (visitor: Stranger) => {
  const token = /visitor=([\w-]+)/.exec(visitor.cookie())?.[1] ?? ''
  return createHash('sha256').update(token).digest('hex')
}

/** What the operator sees that these visitors spent today. */
async function readSpent({ stranger }: Scene, visitors: Stranger[]): Promise<number> {
  const operator = stranger()
  await operator.sendJson('POST', '/api/admin/enter', { code: adminCode })
  const hashes = new Set(visitors.map(toHash))
  const overview = JSON.parse((await operator.send('GET', '/api/admin')).text) as Overview
  return overview.visitors.reduce((sum, { visitor, tokens }) => sum + (hashes.has(visitor) ? tokens : 0), 0)
}

export const moneyAttacks: Attack[] = [
  {
    name: 'budget',
    what: 'runs about videos that cost far more than they look, until a budget is spent',
    env: () => ({ ADMIN_CODE: adminCode, ADDRESS_TOKENS_PER_DAY: String(budget), VISITOR_TOKENS_PER_DAY: '0' }),
    async run(scene) {
      const usage = JSON.stringify({ prompt_tokens: 400_000, completion_tokens: 20_000, total_tokens: 420_000 })
      const statuses: number[] = []
      const visitors = times(6).map(() => scene.stranger('203.0.113.7'))
      await inParallel(visitors, 6, scene.signal, async (visitor) => {
        const media = [await addVideo(visitor)]
        for (const _ of times(4)) {
          const question = { question: `[[used:${usage}]]`, media, highResolution: true }
          statuses.push((await visitor.sendJson('POST', '/api/runs', question)).status)
        }
      })
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      const spent = await readSpent(scene, visitors)
      const problems = spent > budget ? [`${spent} tokens were spent of ${budget}`] : []
      return { done: `24 runs about videos: ${tally(statuses)}; ${spent} tokens spent of ${budget}`, problems }
    },
  },
]
