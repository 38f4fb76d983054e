import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type Page } from 'playwright'
import { startApp } from '../support/app.ts'
import { startFakeUpstream } from '../support/fake-upstream.ts'

const rounds = 50

/** Milliseconds from the network's return until a character that was not there before is drawn. */
const watchReturn = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const text = () => document.querySelector('main')?.textContent ?? ''
        addEventListener(
          'online',
          () => {
            const backAt = performance.now()
            const before = text().length
            const look = () => {
              if (text().length > before) resolve(performance.now() - backAt)
              else requestAnimationFrame(look)
            }
            look()
          },
          { once: true },
        )
      }),
  )

const dir = mkdtempSync(join(tmpdir(), 'showwork-bench-'))
const upstream = await startFakeUpstream()
const app = await startApp(dir, { MODEL_BASE_URL: `${upstream.url}/v1` })
const executablePath = process.env['CHROMIUM_PATH']
const browser = await chromium.launch({ args: ['--no-sandbox'], ...(executablePath && { executablePath }) })
const delays: number[] = []
while (delays.length < rounds) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.goto(app.url)
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill('Go on [[endless]]')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await page.getByRole('region', { name: 'Thinking' }).waitFor()
  // It thinks for some forty seconds.
  const until = performance.now() + 30_000
  while (performance.now() < until && delays.length < rounds) {
    await sleep(500)
    await context.setOffline(true)
    await sleep(200 + Math.random() * 1_300)
    const returned = watchReturn(page)
    await page.evaluate(() => {})
    await context.setOffline(false)
    delays.push(await returned)
  }
  await context.close()
}
await browser.close()
await app.end('SIGTERM')
upstream.close()
rmSync(dir, { recursive: true, force: true })

delays.sort((a, b) => a - b)
const at = (q: number) => (delays[Math.floor((delays.length - 1) * q)] ?? NaN).toFixed(0)
console.log('\n## After a cut: from the network’s return to the first missing character on the screen (ms)\n')
console.log('| cuts of 0.2 to 1.5 s | p50 | p95 | worst |')
console.log('| --- | --- | --- | --- |')
console.log(`| ${delays.length} | ${at(0.5)} | ${at(0.95)} | ${at(1)} |`)
