import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright'
import { archiveHeader, toArchiveLine } from '../../src/shared/archive.ts'
import { startApp } from '../support/app.ts'
import { startHostileUpstream } from '../support/hostile.ts'
import { expensive } from './expensive-texts.ts'

type TraceEvent = { name: string; pid: number; tid: number; tdur?: number; args: { name?: string } }

/** What is further below comes when there is time. */
const restMs = 600

const executablePath = process.env['CHROMIUM_PATH']
const browser = await chromium.launch({
  ...(executablePath !== undefined && { executablePath }),
  args: ['--no-sandbox', '--disable-gpu'],
})

/** The processor's time, in milliseconds, of the longest task of the page's main thread, while `work` goes on. */
async function longestTaskMs(page: Page, work: () => Promise<void>): Promise<number> {
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
  if (tasks.length === 0) throw new Error('no task was traced')
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000))
}

const wished = process.argv[3]
const texts = Object.entries(expensive).filter(([name]) => wished === undefined || name.includes(wished))
const dir = mkdtempSync(join(tmpdir(), 'showwork-expensive-'))
const upstream = await startHostileUpstream(texts.map(([, text]) => text))
const app = await startApp(dir, { MODEL_BASE_URL: `${upstream.url}/v1` })
const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
await context.request.get(`${app.url}/api/config`)

const measure = async (url: string, isShown: (page: Page) => Promise<unknown>) => {
  const page = await context.newPage()
  const ms = await longestTaskMs(page, async () => {
    await page.goto(url)
    await isShown(page)
    await page.waitForTimeout(restMs)
  })
  await page.close()
  return Math.round(ms)
}
const isRead = async (page: Page) => await page.locator('.md').last().waitFor({ state: 'attached' })

const rows: Record<string, { live: number; 'read again': number; shared: number }> = {}
for (const [index, [name, text]] of texts.entries()) {
  const asked = await context.request.post(`${app.url}/api/runs`, { data: { question: `#${index}#` } })
  const { id } = (await asked.json()) as { id: string }
  const ended = () => context.request.get(`${app.url}/api/runs/${id}/events`)
  const live = await measure(`${app.url}/r/${id}`, ended)
  const run = { type: 'run' as const, id: 'r', question: name, media: [], model: 'm', thinking: { enabled: true } }
  const size = text.length.toString(36)
  const texted = { thinkingText: text, answerText: text, timeline: `t1.${size}\na1.${size}`, createdAt: 0 }
  const body = [archiveHeader, { ...run, ...texted }].map(toArchiveLine).join('')
  const imported = await context.request.post(`${app.url}/api/runs/import`, { data: Buffer.from(body) })
  const { last } = (await imported.json()) as { last: string }
  const again = await measure(`${app.url}/r/${last}`, isRead)
  const made = await context.request.post(`${app.url}/api/runs/${last}/shares`, { data: {} })
  const shared = await measure(((await made.json()) as { url: string }).url, isRead)
  rows[name] = { live, 'read again': again, shared }
}
console.log(
  '\nLongest task of the main thread, ms of the processor; 40 kB of text each, in the thinking and in the answer',
)
console.table(rows)
const all = Object.values(rows).flatMap((row) => Object.values(row))
console.log(`the longest of all: ${Math.max(...all)} (aim: 500)`)

await browser.close()
await app.end('SIGTERM')
upstream.close()
rmSync(dir, { recursive: true, force: true })
