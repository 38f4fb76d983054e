import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium, type BrowserContext, type CDPSession, type Page } from 'playwright'
import { startReadyUpstream } from './answers.ts'
import { end, start } from './processes.ts'

/** Side by side with another checkout that is built: `BASELINE=../before npm run bench -- open`. */
const baseline = process.env['BASELINE']
const rounds = Number(process.env['ROUNDS'] ?? 3)
const wished = process.env['ONLY']?.split(',')
const roots = [...(baseline === undefined ? [] : [resolve(baseline)]), process.cwd()]
const toName = (root: string) => execFileSync('git', ['-C', root, 'describe', '--always', '--dirty']).toString().trim()

/** In the page: what it waited for, what it showed meanwhile, what moved. */
type Watched = {
  clickedAt: number
  fallbacks: number
  shift: number
  largestAt: number
  tasks: { at: number; ms: number }[]
}
declare const watched: Watched

function watchPage() {
  const found: Watched = { clickedAt: 0, fallbacks: 0, shift: 0, largestAt: 0, tasks: [] }
  Object.assign(globalThis, { watched: found })
  addEventListener('click', ({ timeStamp }) => (found.clickedAt = timeStamp), true)
  const observe = (type: string, onEntry: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(onEntry)).observe({ type, buffered: true })
  observe('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as unknown as { value: number; hadRecentInput: boolean }
    if (!hadRecentInput) found.shift += value
  })
  observe('largest-contentful-paint', ({ startTime }) => (found.largestAt = startTime))
  observe('longtask', ({ startTime, duration }) => found.tasks.push({ at: startTime, ms: duration }))
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node.textContent === 'Loading …') found.fallbacks += 1
  }).observe(document, { childList: true, subtree: true })
}

/** When the first frame with this in it was painted, on the page's clock. */
const painted = (page: Page, selector: string) =>
  page.evaluate(
    (wanted) =>
      new Promise<number>((done) => {
        const look = () => {
          if (!document.querySelector(wanted)) return void requestAnimationFrame(look)
          const { port1, port2 } = new MessageChannel()
          port1.addEventListener('message', () => done(performance.now()))
          port1.start()
          port2.postMessage('')
        }
        requestAnimationFrame(look)
      }),
    selector,
  )
const readWatched = (page: Page) => page.evaluate(() => watched)

async function ask(page: Page, question: string) {
  await page.getByRole('textbox', { name: 'Question', exact: true }).fill(question)
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
}

async function slowDown(session: CDPSession) {
  await session.send('Network.enable')
  const bytesPerSecond = 1_600_000 / 8
  const line = { downloadThroughput: bytesPerSecond, uploadThroughput: bytesPerSecond }
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 150, ...line })
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 })
}

type Opened = { page: Page; session: CDPSession; close: () => Promise<void> }

async function measure(root: string, note: (what: string, value: number) => void) {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-bench-'))
  const upstream = await startReadyUpstream()
  const app = await start(process.execPath, [join(root, 'dist/server/main.js')], {
    PORT: '0',
    DATA_DIR: dir,
    MODEL_BASE_URL: upstream.url,
    SHUTDOWN_GRACE_S: '0',
  })
  const base = `http://127.0.0.1:${app.port}`
  const executablePath = process.env['CHROMIUM_PATH']
  const browser = await chromium.launch({
    args: ['--no-sandbox', '--disable-gpu', '--enable-precise-memory-info'],
    ...(executablePath && { executablePath }),
  })
  const owner = await browser.newContext()

  /** A page of the run's owner with nothing cached. */
  async function open(viewport = { width: 1280, height: 800 }, from: BrowserContext = owner): Promise<Opened> {
    const context = await browser.newContext({ viewport, storageState: await from.storageState() })
    const page = await context.newPage()
    await page.addInitScript(watchPage)
    return { page, session: await context.newCDPSession(page), close: () => context.close() }
  }
  async function makeRun(thinking: number, answer: number): Promise<string> {
    const made = await owner.request.post(`${base}/api/runs`, { data: { question: `How? [[${thinking},${answer}]]` } })
    const { id } = (await made.json()) as { id: string }
    await (await owner.request.get(`${base}/api/runs/${id}/events`)).body()
    return id
  }
  const drawn = '.md [data-looks="drawn"]'

  const journeys: Record<string, () => Promise<void>> = {
    async ask() {
      const { page, close } = await open()
      await page.goto(base, { waitUntil: 'networkidle' })
      const shown = painted(page, '[data-quotable]')
      await ask(page, 'Why? [[400,400]]')
      const at = await shown
      const { clickedAt, fallbacks } = await readWatched(page)
      note('Ask → the run’s page, ms', at - clickedAt)
      note('Ask → the run’s page, fallbacks', fallbacks)
      await page.getByRole('button', { name: 'Copy answer' }).waitFor()
      const entries = painted(page, 'dialog[open] li')
      await page.getByRole('button', { name: 'History', exact: true }).click()
      note('History drawer painted, ms', (await entries) - (await readWatched(page)).clickedAt)
      await close()
    },
    async run() {
      const id = await makeRun(2_000, 2_000)
      const { page, close } = await open()
      await page.goto(`${base}/r/${id}`, { waitUntil: 'commit' })
      note('opening /r, 4 kB: Markdown drawn, ms', await painted(page, drawn))
      await sleep(1_000)
      note('opening /r, 4 kB: layout shift', (await readWatched(page)).shift)
      await close()
    },
    async link() {
      const id = await makeRun(2_000, 2_000)
      const made = await owner.request.post(`${base}/api/runs/${id}/shares`, { data: {} })
      const { id: shareId } = (await made.json()) as { id: string }
      const { page, close } = await open(undefined, await browser.newContext())
      await page.goto(`${base}/s/${shareId}`, { waitUntil: 'commit' })
      note('link’s page taken over, ms', await painted(page, '#root [data-shared]'))
      await sleep(500)
      note('link’s page: layout shift', (await readWatched(page)).shift)
      await close()
    },
    async slowAsk() {
      const { page, session, close } = await open({ width: 390, height: 800 })
      await slowDown(session)
      await page.goto(base, { waitUntil: 'load' })
      await page.getByRole('textbox', { name: 'Question', exact: true }).waitFor()
      const paintedAt = () => performance.getEntriesByType('paint').find(({ name }) => name === 'first-paint')
      note('/ on slow 4G: first paint, ms', (await page.evaluate(paintedAt))?.startTime ?? NaN)
      note('/ on slow 4G: ready to type, ms', await painted(page, 'textarea'))
      note('/ on slow 4G: layout shift', (await readWatched(page)).shift)
      await close()
    },
    async slowRun() {
      const id = await makeRun(100_000, 200_000)
      const { page, session, close } = await open({ width: 390, height: 800 })
      await slowDown(session)
      await page.goto(`${base}/r/${id}`, { waitUntil: 'commit' })
      note('/r, 300 kB, slow 4G: Markdown drawn, ms', await painted(page, drawn))
      await sleep(6_000)
      const { largestAt, tasks, shift } = await readWatched(page)
      note('/r, 300 kB, slow 4G: largest paint, ms', largestAt)
      note('/r, 300 kB, slow 4G: end of the last long task, ms', Math.max(...tasks.map(({ at, ms }) => at + ms)))
      note('/r, 300 kB, slow 4G: layout shift', shift)
      await close()
    },
    async scroll() {
      const id = await makeRun(1_000, 300_000)
      const { page, session, close } = await open()
      await page.goto(`${base}/r/${id}`, { waitUntil: 'commit' })
      await page.locator(drawn).first().waitFor()
      await sleep(3_000)
      const { tasks } = await readWatched(page)
      note('300 kB opens: longest task, ms', Math.max(0, ...tasks.map(({ ms }) => ms)))
      const pids = async () => {
        const system = await browser.newBrowserCDPSession()
        const { processInfo } = await system.send('SystemInfo.getProcessInfo')
        return processInfo.filter(({ type }) => type === 'renderer').map(({ id: pid }) => pid)
      }
      const read = async () => {
        await session.send('HeapProfiler.enable')
        await session.send('HeapProfiler.collectGarbage')
        await sleep(500)
        await session.send('HeapProfiler.collectGarbage')
        const nodes = (await session.send('Memory.getDOMCounters')).nodes
        const sizes = (await pids()).map((pid) => /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')))
        return { nodes, mb: Math.max(...sizes.map((found) => Number(found?.[1] ?? 0) / 1024)) }
      }
      const before = await read()
      await page.evaluate(async () => {
        const step = () => new Promise((done) => requestAnimationFrame(done))
        for (let top = 0; top < document.documentElement.scrollHeight; top += 600) {
          scrollTo({ top, behavior: 'instant' })
          await step()
          await step()
        }
      })
      await sleep(2_000)
      const after = await read()
      note('300 kB before a scroll: MB', before.mb)
      note('300 kB after a scroll: MB', after.mb)
      note('300 kB before a scroll: nodes', before.nodes)
      note('300 kB after a scroll: nodes', after.nodes)
      await close()
    },
  }
  for (const [name, play] of Object.entries(journeys)) if (!wished || wished.includes(name)) await play()

  await browser.close()
  await end(app)
  upstream.close()
  rmSync(dir, { recursive: true, force: true })
}

const values = new Map<string, number[][]>()
for (let round = 0; round < rounds; round += 1) {
  for (const [index, root] of roots.entries()) {
    await measure(root, (what, value) => {
      const row = values.get(what) ?? roots.map(() => [])
      row[index]?.push(value)
      values.set(what, row)
    })
  }
}
const format = (value: number) =>
  Number.isInteger(value) || Math.abs(value) >= 10 ? value.toFixed(0) : value.toFixed(3)
const toCell = (taken: number[]) => {
  const sorted = taken.toSorted((a, b) => a - b)
  return `${format(sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN)} (${format(sorted.at(-1) ?? NaN)})`
}
console.log(`\n## What is waited for: median (worst) of ${rounds} rounds by turns, nothing cached\n`)
console.log(`| | ${roots.map(toName).join(' | ')} |`)
console.log(`| --- |${' --- |'.repeat(roots.length)}`)
for (const [what, row] of values) console.log(`| ${what} | ${row.map(toCell).join(' | ')} |`)
