import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright/test'
import { archiveHeader, toArchiveLine } from '../src/shared/archive.ts'
import { expect, startApp, test } from './support/app.ts'
import { expensive } from './support/expensive.ts'
import { startHostileUpstream } from './support/hostile.ts'

// What the test runner itself records of a page takes longer than anything of ours.
test.use({ trace: 'off' })

type TraceEvent = { name: string; ph: string; pid: number; tid: number; tdur?: number; args: { name?: string } }

/** The processor's time of the longest task of the page's main thread, while `work` goes on. */
async function longestTaskMs(browser: Browser, page: Page, work: () => Promise<void>): Promise<number> {
  await browser.startTracing(page, { categories: ['toplevel'] })
  await work()
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const toThread = ({ pid, tid }: TraceEvent) => `${pid}.${tid}`
  const isMain = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map((event) => toThread(event)),
  )
  const tasks = trace.traceEvents.filter((event) => event.name.endsWith('RunTask') && isMain.has(toThread(event)))
  expect(tasks.length).toBeGreaterThan(10)
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000))
}

test('no text is so dear that the page stands still for half a second, live, read again, or shared', async ({
  browser,
}) => {
  test.setTimeout(120_000)
  const texts = Object.entries(expensive)
  const dir = mkdtempSync(join(tmpdir(), 'showwork-expensive-'))
  const upstream = await startHostileUpstream(texts.map(([, text]) => text))
  const app = await startApp(dir, { MODEL_BASE_URL: `${upstream.url}/v1` })
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  await context.request.get(`${app.url}/api/config`)
  const longest: Record<string, number> = {}
  const measure = async (name: string, url: string, isShown: (page: Page) => Promise<unknown>) => {
    const page = await context.newPage()
    longest[name] = await longestTaskMs(browser, page, async () => {
      await page.goto(url)
      await isShown(page)
      // What is further below comes when there is time.
      await page.waitForTimeout(400)
    })
    await page.close()
  }
  const isRead = async (page: Page) => await page.locator('.md').last().waitFor({ state: 'attached' })

  // Those that were the dearest, one at a time: looking at all of them takes minutes.
  const dearest = ['dear formulas', 'lines of formulas', 'a table just short of too much']
  for (const name of dearest) {
    const text = expensive[name] ?? ''
    const run = { type: 'run' as const, id: 'r', question: name, media: [], model: 'm', thinking: { enabled: true } }
    const size = text.length.toString(36)
    const texted = { thinkingText: text, answerText: text, timeline: `t1.${size}\na1.${size}`, createdAt: 0 }
    const body = [archiveHeader, { ...run, ...texted }].map(toArchiveLine).join('')
    const imported = await context.request.post(`${app.url}/api/runs/import`, { data: Buffer.from(body) })
    const { last } = (await imported.json()) as { last: string }
    await measure(`${name}, read again`, `${app.url}/r/${last}`, isRead)
    const made = await context.request.post(`${app.url}/api/runs/${last}/shares`, { data: {} })
    await measure(`${name}, shared`, ((await made.json()) as { url: string }).url, isRead)
  }
  const live = texts.findIndex(([name]) => name === 'dear formulas')
  const asked = await context.request.post(`${app.url}/api/runs`, { data: { question: `#${live}#` } })
  const { id } = (await asked.json()) as { id: string }
  await measure('live', `${app.url}/r/${id}`, async () => await context.request.get(`${app.url}/api/runs/${id}/events`))

  const tooLong = Object.entries(longest).filter(([, ms]) => ms > 500)
  expect(tooLong).toEqual([])
  await context.close()
  await app.end('SIGTERM')
  upstream.close()
  rmSync(dir, { recursive: true, force: true })
})
