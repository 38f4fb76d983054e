import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type CDPSession, type Page } from 'playwright'
import { startApp } from '../support/app.ts'
import { startFakeUpstream } from '../support/fake-upstream.ts'

type TraceEvent = { name: string; pid: number; tid: number; dur?: number; tdur?: number; args?: { name?: string } }
type Shift = { startTime: number; value: number; hadRecentInput: boolean }

/** Every task of the page's main thread while `work` goes on: milliseconds by the clock, and of the processor alone. */
async function traceTasks(browser: CDPSession, work: () => Promise<void>) {
  const events: TraceEvent[] = []
  browser.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  await browser.send('Tracing.start', {
    traceConfig: { includedCategories: ['toplevel', '__metadata'] },
    transferMode: 'ReportEvents',
  })
  await work()
  const complete = new Promise((resolve) => browser.once('Tracing.tracingComplete', resolve))
  await browser.send('Tracing.end')
  await complete
  const main = new Set(
    events.filter(({ args }) => args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}:${tid}`),
  )
  return events
    .filter(({ name, pid, tid }) => name.endsWith('RunTask') && main.has(`${pid}:${tid}`))
    .map(({ dur = 0, tdur = 0 }) => ({ clockMs: dur / 1000, cpuMs: tdur / 1000 }))
}

async function ask(page: Page, question: string) {
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill(question)
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
}
const answered = (page: Page) =>
  page.getByRole('region', { name: 'Answer' }).getByText('The answer is').waitFor({ timeout: 180_000 })

const dir = mkdtempSync(join(tmpdir(), 'showwork-bench-'))
const upstream = await startFakeUpstream()
const app = await startApp(dir, { MODEL_BASE_URL: `${upstream.url}/v1` })
const executablePath = process.env['CHROMIUM_PATH']
const browser = await chromium.launch({ args: ['--no-sandbox'], ...(executablePath && { executablePath }) })
const cdp = await browser.newBrowserCDPSession()

console.log('\n## The page’s main thread while 32 kB of thinking streams at 200 tokens a second')
console.log(
  '| thinking | seconds | busy (CPU) | longest task, CPU ms | longest, clock ms | over 100 ms CPU | over 100 ms clock |',
)
console.log('| --- | --- | --- | --- | --- | --- | --- |')
for (const [label, scenario] of [
  ['paragraphs, lists, formulas', 'long'],
  ['one paragraph without end', 'endless'],
] as const) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(app.url)
  await ask(page, 'Warm up')
  await answered(page)
  await page.getByRole('button', { name: 'New question' }).click()
  const startedAt = performance.now()
  const tasks = await traceTasks(cdp, async () => {
    await ask(page, `Go on [[${scenario}]]`)
    await answered(page)
  })
  const seconds = (performance.now() - startedAt) / 1000
  const cpu = tasks.map(({ cpuMs }) => cpuMs)
  const clock = tasks.map(({ clockMs }) => clockMs)
  const busy = cpu.reduce((sum, ms) => sum + ms, 0) / 10 / seconds
  const cells = [
    seconds.toFixed(0),
    `${busy.toFixed(0)} %`,
    Math.max(...cpu).toFixed(0),
    Math.max(...clock).toFixed(0),
    cpu.filter((ms) => ms > 100).length,
    clock.filter((ms) => ms > 100).length,
  ]
  console.log(`| ${label} | ${cells.join(' | ')} |`)
  await page.close()
}

console.log('\n## Layout shift (sum of scores without input, 0 is still) when the renderer comes 3 s late')
console.log('| screen | before it came | as it came | after |')
console.log('| --- | --- | --- | --- |')
for (const [label, viewport] of [
  ['wide', { width: 1280, height: 800 }],
  ['phone', { width: 390, height: 800 }],
] as const) {
  const page = await browser.newPage({ viewport })
  await page.addInitScript(() => {
    const shifts: Shift[] = []
    Object.assign(window, { shifts })
    new PerformanceObserver((list) => shifts.push(...(list.getEntries() as unknown as Shift[]))).observe({
      type: 'layout-shift',
      buffered: true,
    })
  })
  let cameAt = 0
  await page.route('**/assets/markdown-*.js', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    cameAt = await page.evaluate(() => performance.now())
    await route.continue()
  })
  await page.goto(app.url)
  const askedAt = await page.evaluate(() => performance.now())
  await ask(page, 'Late [[late]]')
  await answered(page)
  await page.getByRole('button', { name: 'Ask again' }).waitFor()
  const shifts = await page.evaluate(() =>
    (window as unknown as { shifts: Shift[] }).shifts.map(({ startTime, value, hadRecentInput }) => ({
      startTime,
      value,
      hadRecentInput,
    })),
  )
  const sum = (from: number, to: number) =>
    shifts
      .filter(({ startTime, hadRecentInput }) => !hadRecentInput && startTime >= from && startTime < to)
      .reduce((total, { value }) => total + value, 0)
      .toFixed(4)
  console.log(
    `| ${label} | ${sum(askedAt, cameAt)} | ${sum(cameAt, cameAt + 1_500)} | ${sum(cameAt + 1_500, Infinity)} |`,
  )
  await page.close()
}

await browser.close()
await app.end('SIGTERM')
await upstream.close()
rmSync(dir, { recursive: true, force: true })
