import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { BrowserContext, Page } from 'playwright/test'
import { archiveHeader, toArchiveLine } from '../src/shared/archive.ts'
import { expect, startApp, test } from './support/app.ts'
import { findStrange, openContext, openWatchedBrowser } from './support/hostile.ts'
import { toTexts, vectors } from './support/vectors.ts'

/** One conversation that holds all vectors, as a file to be imported. */
const archive = [
  archiveHeader,
  ...toTexts(6).map((text, index) => ({
    type: 'run' as const,
    id: `r${index}`,
    ...(index > 0 && { parent: `r${index - 1}` }),
    question: text.slice(0, 20_000),
    media: [],
    model: text.slice(0, 200),
    thinking: { enabled: true },
    createdAt: 1_700_000_000_000 + index,
    thinkingText: text,
    answerText: text,
    timeline: `t1.${text.length.toString(36)}\na1.${text.length.toString(36)}`,
  })),
]
  .map(toArchiveLine)
  .join('')

async function scrollThrough(page: Page) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  for (let y = 0; y < height; y += 3_000) {
    // Two frames: what comes into view is drawn, and what it would fetch is asked for.
    await page.evaluate(async (top) => {
      window.scrollTo(0, top)
      for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve))
    }, y)
  }
}

test(`a link and a file taken along hold ${vectors.length} vectors that run nothing and fetch nothing`, async () => {
  test.setTimeout(120_000)
  const dir = mkdtempSync(join(tmpdir(), 'showwork-elsewhere-'))
  const app = await startApp(join(dir, 'data'), {})
  const watched = await openWatchedBrowser()
  const open = async (hasPolicy: boolean) => await openContext(watched.browser, app.url, hasPolicy)

  const owner = await open(true)
  const { request } = owner.context
  await request.get(`${app.url}/api/config`)
  const imported = await request.post(`${app.url}/api/runs/import`, { data: Buffer.from(archive) })
  const { last } = (await imported.json()) as { last: string }
  const made = await request.post(`${app.url}/api/runs/${last}/shares`, { data: { scope: 'conversation' } })
  const { url } = (await made.json()) as { url: string }
  const file = await (await request.get(`${app.url}/api/runs/${last}/export?format=html`)).text()
  await owner.context.close()

  // As the server sends it, with no program of ours; then with it; then played again.
  for (const hasPolicy of [true, false]) {
    const { context, hits, strays } = await open(hasPolicy)
    const bare = await context.newPage()
    await bare.route('**/assets/*.js', (route) => route.abort())
    await bare.goto(url)
    await expect(bare.locator('article').last()).toBeAttached()
    expect(await bare.locator('.md').count()).toBeGreaterThan(10)
    expect(await findStrange(bare)).toEqual([])
    await bare.close()
    const page = await context.newPage()
    await page.goto(url)
    await expect(page.getByRole('button', { name: 'Ask about this' })).toBeVisible()
    await scrollThrough(page)
    expect(await findStrange(page)).toEqual([])
    await page.goto(`${url}?replay`)
    await page.getByRole('combobox', { name: 'Speed' }).first().selectOption('Instant')
    await expect(page.getByRole('region', { name: 'Answer' }).first()).toBeVisible()
    expect(await findStrange(page)).toEqual([])
    expect({ hasPolicy, hits, strays }).toEqual({ hasPolicy, hits: [], strays: [] })
    await context.close()
  }

  // Opened from the disk, and once more as if its policy were not heeded.
  const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/
  expect(file).toMatch(policy)
  for (const [name, text] of Object.entries({ 'with.html': file, 'without.html': file.replace(policy, '') })) {
    const path = join(dir, name)
    writeFileSync(path, text)
    const { context, hits, strays } = await open(true)
    const refused = await watchRefusals(context)
    const page = await context.newPage()
    await page.goto(pathToFileURL(path).href)
    await page.locator('summary').first().click()
    const position = page.getByRole('slider').first()
    await position.fill('0')
    await page.getByRole('button', { name: 'Play' }).first().click()
    await expect(position).toHaveValue(/^[1-9]/)
    await scrollThrough(page)
    expect(await page.locator('article').count()).toBe(6)
    expect({ name, hits, strays, refused }).toEqual({ name, hits: [], strays: [pathToFileURL(path).href], refused: [] })
    await context.close()
  }
  expect(watched.connections()).toBe(0)
  await watched.close()
  await app.end('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})

/** What the policy had to stop; nothing should come that far. */
async function watchRefusals(context: BrowserContext): Promise<string[]> {
  const refused: string[] = []
  await context.exposeFunction('__refused', (text: string) => void refused.push(text))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      ;(window as unknown as { __refused: (text: string) => void }).__refused(`${violatedDirective} ${blockedURI}`)
    })
  })
  return refused
}
