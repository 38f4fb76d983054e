import type { Run } from '../src/shared/run/run.ts'
import { expect, test } from './support/app.ts'

/** Some 45 kB in which no formula is like another. */
const answerText = Array.from(
  { length: 280 },
  (_, n) => `**${n}.** With $a_{${n}} = \\frac{${n}}{${n + 1}}$ it follows that $b_{${n}} > \\sqrt{${n}}$ and so

\\[ \\sum_{k=${n}}^{\\infty} \\frac{1}{k^2 + ${n}} \\le \\int_{${n}}^{\\infty} \\frac{dx}{x^2} \\]`,
).join('\n\n')
const run: Run = {
  id: 'long',
  question: 'A long one',
  media: [],
  model: 'fake-vl',
  thinking: { enabled: false },
  status: 'finished',
  finish: 'stop',
  thinkingText: '',
  answerText,
  answerStartedAt: 1_000,
  endedAt: 2_000,
  createdAt: 0,
  lastSeq: 3,
}

test('a long answer that was scrolled through leaves nothing behind of the formulas that were drawn', async ({
  page,
  app,
}) => {
  await page.route('**/api/runs/long/thread', (route) => route.fulfill({ json: { runs: [run], siblings: [['long']] } }))
  await page.goto(`${app.url}/r/long`)
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.enable')
  const countNodes = async () => {
    await session.send('HeapProfiler.collectGarbage')
    return (await session.send('Memory.getDOMCounters')).nodes
  }
  await expect(page.locator('[data-tex]')).toHaveCount(840)
  await expect(page.locator('[data-looks=drawn]').first()).toBeAttached()
  const before = await countNodes()
  const drawn = await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
    const seen = new Set<Element>()
    for (let top = 0; top < document.documentElement.scrollHeight; top += 700) {
      scrollTo({ top, behavior: 'instant' })
      await frame()
      await frame()
      for (const formula of document.querySelectorAll('[data-looks=drawn]')) seen.add(formula)
    }
    return seen.size
  })
  // All of them together are some hundred thousand nodes.
  expect(drawn).toBeGreaterThan(780)
  await expect.poll(countNodes).toBeLessThan(before + 15_000)
})
