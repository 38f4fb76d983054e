import sharp from 'sharp'
import type { Overview } from '../../../../src/shared/operator.ts'
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

/** What the operator sees that was spent today. */
async function readSpent({ stranger }: Scene): Promise<number> {
  const operator = stranger()
  await operator.sendJson('POST', '/api/admin/enter', { code: adminCode })
  return (JSON.parse((await operator.send('GET', '/api/admin')).text) as Overview).total.tokens
}

export const moneyAttacks: Attack[] = [
  {
    name: 'budget',
    what: 'runs about videos that cost far more than they look, until a budget is spent',
    env: () => ({ ADMIN_CODE: adminCode, TOTAL_TOKENS_PER_DAY: String(budget), ADDRESS_TOKENS_PER_DAY: '0' }),
    async run(scene) {
      const usage = JSON.stringify({ prompt_tokens: 400_000, completion_tokens: 20_000, total_tokens: 420_000 })
      const statuses: number[] = []
      await inParallel(times(6), 6, scene.signal, async () => {
        const visitor = scene.stranger()
        const media = [await addVideo(visitor)]
        for (const _ of times(4)) {
          const question = { question: `[[used:${usage}]]`, media, highResolution: true }
          statuses.push((await visitor.sendJson('POST', '/api/runs', question)).status)
        }
      })
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      const spent = await readSpent(scene)
      const problems = spent > budget ? [`${spent} tokens were spent of ${budget}`] : []
      return { done: `24 runs about videos: ${tally(statuses)}; ${spent} tokens spent of ${budget}`, problems }
    },
  },
]
