import type { Browser, BrowserContext } from 'playwright/test'
import { createPicture } from './support/picture.ts'
import { expect, test } from './support/app.ts'

type Source = { node?: HTMLElement; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }
type Shift = { value: number; hadRecentInput: boolean; sources: Source[] }

/** What moves in the view though nobody touched it, with the names of what did. */
function watchShifts() {
  const shifts: string[] = []
  const toWords = ({ x, y, width, height }: DOMRectReadOnly) => [x, y, width, height].map(Math.round).join(' ')
  Object.assign(window, { shifts, sum: 0 })
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries() as unknown as Shift[]) {
      if (hadRecentInput) continue
      Object.assign(window, { sum: (window as unknown as { sum: number }).sum + value })
      const names = sources.map(
        ({ node, previousRect, currentRect }) =>
          `${node?.nodeName}.${node?.className} from ${toWords(previousRect)} to ${toWords(currentRect)}`,
      )
      shifts.push(`${value.toFixed(4)} ${names.join(', ')}`)
    }
  }).observe({ type: 'layout-shift', buffered: true })
}

const late: [RegExp, number][] = [
  [/\/assets\/(run-page|share-page)-/, 250],
  [/\/thread$|\/api\/shares\/[^/]+$/, 400],
  [/\/assets\/markdown-.*\.js$/, 600],
  [/\.woff2$|\.png$|\/media\/|\/thumb$/, 300],
]

/** `isServed`: the page is there before its program. Where it is not, the rest comes late behind the program's first words. */
async function openLate(browser: Browser, owner: BrowserContext, width: number, isServed: boolean) {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    storageState: await owner.storageState(),
  })
  const page = await context.newPage()
  await page.addInitScript(watchShifts)
  for (const [pattern, ms] of late) {
    await page.route(pattern, async (route) => {
      if (!isServed) await page.getByRole('button', { name: 'History', exact: true }).waitFor()
      await new Promise((resolve) => setTimeout(resolve, ms))
      await route.continue()
    })
  }
  return page
}

test('nothing moves, however late its code, its answers, its pictures and its fonts come', async ({ browser, app }) => {
  const owner = await browser.newContext()
  const { request } = owner
  const buffer = await createPicture(600, 400)
  const file = { name: 'problem.png', mimeType: 'image/png', buffer }
  const media = (await (await request.post(`${app.url}/api/media`, { multipart: { file } })).json()) as { id: string }
  const data = { question: 'What moves?', media: [media.id] }
  const { id } = (await (await request.post(`${app.url}/api/runs`, { data })).json()) as { id: string }
  await (await request.get(`${app.url}/api/runs/${id}/events`)).body()
  const made = await request.post(`${app.url}/api/runs/${id}/shares`, { data: {} })
  const share = (await made.json()) as { id: string }

  const journeys = [1280, 390].flatMap((width) =>
    ['/', `/r/${id}`, `/s/${share.id}`, 'ask'].map(async (path) => {
      const page = await openLate(browser, owner, width, path.startsWith('/s'))
      await page.goto(`${app.url}${path === 'ask' ? '/' : path}`)
      if (path === 'ask') {
        await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Is anything late? [[brief]]')
        await page.getByRole('button', { name: 'Ask', exact: true }).click()
      }
      const ready = path === '/' ? 'textarea' : '#root .katex'
      await page.locator(ready).first().waitFor({ state: 'attached' })
      if (path === 'ask') await expect(page.getByRole('button', { name: 'Ask again' })).toBeVisible()
      await page.waitForLoadState('networkidle')
      const { sum, shifts } = await page.evaluate(() => {
        const watched = window as unknown as { sum: number; shifts: string[] }
        return { sum: watched.sum, shifts: watched.shifts }
      })
      expect(sum).toBeGreaterThanOrEqual(0)
      await page.context().close()
      return { path: path.slice(0, 3), width, sum, shifts }
    }),
  )
  const moved = (await Promise.all(journeys)).filter(({ sum }) => sum > 0.02)
  await owner.close()
  expect(moved).toEqual([])
})
