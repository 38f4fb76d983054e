import { readFileSync } from 'node:fs'
import { expect, test } from './support/app.ts'

/**
 * `ready`: what stands in the page once it can be used; the rest may not be passed by what was asked for until then. The
 * samples' pictures are asked for at that very moment, so that `requests` counts them in.
 */
type Budget = { ready: string; requests: number; scriptKb: number; kb: number }
const budgets = JSON.parse(readFileSync(new URL('first-load.json', import.meta.url), 'utf8')) as Record<string, Budget>

test('no page asks for more than its budget before it can be used', async ({ browser, app }, testInfo) => {
  const owner = await browser.newContext()
  const { id } = (await (
    await owner.request.post(`${app.url}/api/runs`, { data: { question: 'How much is it?' } })
  ).json()) as { id: string }
  await (await owner.request.get(`${app.url}/api/runs/${id}/events`)).body()
  const made = await owner.request.post(`${app.url}/api/runs/${id}/shares`, { data: {} })
  const share = (await made.json()) as { id: string }
  const paths: Record<string, string> = { '/': '/', '/r': `/r/${id}`, '/s': `/s/${share.id}` }
  const measured: Record<string, Omit<Budget, 'ready'>> = {}
  for (const [name, { ready }] of Object.entries(budgets)) {
    const context = await browser.newContext({ storageState: await owner.storageState() })
    const page = await context.newPage()
    await page.addInitScript((wanted) => {
      const look = () => {
        if (!document.querySelector(wanted)) return
        observer.disconnect()
        Object.assign(window, { readyAt: performance.now() })
      }
      const observer = new MutationObserver(look)
      observer.observe(document, { childList: true, subtree: true, attributes: true })
    }, ready)
    await page.goto(`${app.url}${paths[name]}`)
    await page.waitForFunction(() => 'readyAt' in window)
    await page.waitForLoadState('networkidle')
    measured[name] = await page.evaluate(() => {
      const { readyAt } = window as unknown as { readyAt: number }
      const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      const asked = (entries as PerformanceResourceTiming[]).filter(({ startTime }) => startTime < readyAt)
      const toKb = (of: PerformanceResourceTiming[]) =>
        Math.ceil(of.reduce((sum, { transferSize }) => sum + transferSize, 0) / 1000)
      return {
        requests: asked.length,
        scriptKb: toKb(asked.filter(({ name: url }) => /\.m?js$/.test(url))),
        kb: toKb(asked),
      }
    })
    await context.close()
  }
  await owner.close()
  testInfo.annotations.push({ type: 'first load', description: JSON.stringify(measured) })
  for (const [name, budget] of Object.entries(budgets)) {
    const { requests = NaN, scriptKb = NaN, kb = NaN } = measured[name] ?? {}
    const isWithin = requests <= budget.requests && scriptKb <= budget.scriptKb && kb <= budget.kb && scriptKb > 0
    expect(isWithin, `${name} took ${JSON.stringify(measured[name])} of ${JSON.stringify(budget)}`).toBe(true)
  }
})
