import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type CDPSession, type Page } from 'playwright'
import sharp from 'sharp'
import { startApp } from '../support/app.ts'
import { startFakeUpstream } from '../support/fake-upstream.ts'
import { dispatchFile } from '../support/picture.ts'

const rounds = 5
const maxPixels = 2_621_440
/** The part that is kept, as fractions. */
const part = { left: 0.1, top: 0.1, right: 0.9, bottom: 0.9 }

/** Twelve megapixels with the grain and the size in bytes of a phone's photo. */
async function createPhoto(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
  const grain = await sharp({ create: { width: 2016, height: 1512, channels: 3, background: '#000', noise } })
    .png()
    .toBuffer()
  return await sharp(grain).resize(4032, 3024).jpeg({ quality: 88 }).toBuffer()
}

type TraceEvent = { name: string; pid: number; tid: number; dur?: number; args?: { name?: string } }

/** The longest task of the page's main thread while `work` runs, in milliseconds. */
async function traceTasks(browser: CDPSession, work: () => Promise<number>) {
  const events: TraceEvent[] = []
  const collect = ({ value }: { value: object[] }) => events.push(...(value as TraceEvent[]))
  browser.on('Tracing.dataCollected', collect)
  await browser.send('Tracing.start', { traceConfig: { includedCategories: ['toplevel', '__metadata'] } })
  const ms = await work()
  const done = new Promise((resolve) => browser.once('Tracing.tracingComplete', resolve))
  await browser.send('Tracing.end')
  await done
  browser.off('Tracing.dataCollected', collect)
  const mains = new Set(
    events.filter((event) => event.args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`),
  )
  const tasks = events.filter(({ name, pid, tid }) => /RunTask/.test(name) && mains.has(`${pid} ${tid}`))
  if (tasks.length === 0) throw new Error('no task was traced')
  return { ms, longestMs: Math.max(...tasks.map(({ dur = 0 }) => dur)) / 1000 }
}

const readKb = (pid: number, field: string) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)

/** What the browser's page and graphics processes took at the peak above what they had, in megabytes. */
async function watchMemory<T>(browser: CDPSession, work: () => Promise<T>): Promise<{ result: T; peakMb: number }> {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo')
  const pids = processInfo.filter(({ type }) => type === 'renderer' || type === 'GPU').map(({ id }) => id)
  // 5 sets the peak back to what is in use now.
  for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, '5')
  const before = pids.map((pid) => readKb(pid, 'VmRSS'))
  const result = await work()
  const peakKb = pids.reduce((sum, pid, index) => sum + readKb(pid, 'VmHWM') - (before[index] ?? 0), 0)
  return { result, peakMb: peakKb / 1000 }
}

type Noted = { sent: { at: number; bytes: number }[]; photo: Blob }

/** Through the page itself: from Done until the picture is handed to the network. */
async function frameInApp(page: Page): Promise<number> {
  await page.evaluate(() => {
    ;(globalThis as unknown as Noted).sent = []
  })
  const clicked = await page.getByRole('button', { name: 'Done' }).evaluate((button: HTMLButtonElement) => {
    const at = performance.now()
    button.click()
    return at
  })
  await page.waitForFunction(() => (globalThis as unknown as Noted).sent.length > 0)
  const sent = await page.evaluate(() => (globalThis as unknown as Noted).sent[0]?.at ?? 0)
  return sent - clicked
}

/** The usual few lines: an image, a canvas of its size, a canvas of the part, a data URL. */
const frameNaively = async (page: Page) =>
  await page.evaluate(
    async ({ part: { left, top, right, bottom }, limit }) => {
      const from = performance.now()
      const image = new Image()
      image.src = URL.createObjectURL((globalThis as unknown as Noted).photo)
      await new Promise((resolve) => image.addEventListener('load', resolve))
      const whole = document.createElement('canvas')
      Object.assign(whole, { width: image.naturalWidth, height: image.naturalHeight })
      whole.getContext('2d')?.drawImage(image, 0, 0)
      const [width, height] = [whole.width * (right - left), whole.height * (bottom - top)]
      const scale = Math.sqrt(limit / (width * height))
      const small = document.createElement('canvas')
      Object.assign(small, { width: Math.floor(width * scale), height: Math.floor(height * scale) })
      const context = small.getContext('2d')
      if (context) context.imageSmoothingQuality = 'high'
      context?.drawImage(whole, whole.width * left, whole.height * top, width, height, 0, 0, small.width, small.height)
      const url = small.toDataURL('image/jpeg', 0.92)
      const bytes = Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (char) => char.charCodeAt(0))
      URL.revokeObjectURL(image.src)
      return bytes.length > 0 ? performance.now() - from : NaN
    },
    { part, limit: maxPixels },
  )

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
const report = (label: string, figures: { ms: number; longestMs: number; peakMb: number }[]) => {
  const cells = [
    median(figures.map(({ ms }) => ms)).toFixed(0),
    median(figures.map(({ longestMs }) => longestMs)).toFixed(1),
    Math.max(...figures.map(({ longestMs }) => longestMs)).toFixed(1),
    median(figures.map(({ peakMb }) => peakMb)).toFixed(0),
  ]
  console.log(`| ${label} | ${cells.join(' | ')} |`)
}

const photo = await createPhoto()
const upstream = await startFakeUpstream()
const dir = mkdtempSync(join(tmpdir(), 'showwork-bench-'))
const app = await startApp(dir, {
  MODEL_BASE_URL: `${upstream.url}/v1`,
  MODELS_FILE: join(process.cwd(), 'e2e/support/models.json'),
})
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
const control = await browser.newBrowserCDPSession()
console.log('\n## A 12-megapixel photo cropped to 80 %, scaled to the model and ready to send')
console.log(
  `| way (${(photo.byteLength / 1e6).toFixed(1)} MB JPEG, ${rounds} rounds) | ms, median | longest main-thread task, ms, median | worst | peak memory, MB |`,
)
console.log('| --- | --- | --- | --- | --- |')

async function measure(prepare: (page: Page) => Promise<void>, frame: (page: Page) => Promise<number>) {
  const figures: { ms: number; longestMs: number; peakMb: number }[] = []
  // The first round warms up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    const page = await browser.newPage()
    await page.addInitScript(() => {
      const noted = globalThis as unknown as Noted
      noted.sent = []
      const send = Reflect.get(XMLHttpRequest.prototype, 'send') as (this: XMLHttpRequest, body: FormData) => void
      XMLHttpRequest.prototype.send = function (body) {
        const file = body instanceof FormData ? body.get('file') : null
        if (file instanceof File) noted.sent.push({ at: performance.now(), bytes: file.size })
        send.call(this, body as FormData)
      }
    })
    await page.goto(app.url)
    await prepare(page)
    const { result, peakMb } = await watchMemory(control, () => traceTasks(control, () => frame(page)))
    if (round > 0) figures.push({ ...result, peakMb })
    await page.close()
  }
  return figures
}

async function prepareApp(page: Page) {
  await dispatchFile(page, 'drop', photo, 'photo.jpg')
  await page.getByRole('button', { name: 'Crop or mark photo.jpg' }).click()
  const stage = page.getByRole('img', { name: 'The picture being cropped' })
  const box = await stage.boundingBox()
  if (!box) throw new Error('no stage')
  await page.mouse.move(box.x + part.left * box.width, box.y + part.top * box.height)
  await page.mouse.down()
  await page.mouse.move(box.x + part.right * box.width, box.y + part.bottom * box.height, { steps: 2 })
  await page.mouse.up()
}

async function prepareNaive(page: Page) {
  await page.getByRole('button', { name: 'Add images or video' }).waitFor()
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
    ;(globalThis as unknown as Noted).photo = new Blob([bytes], { type: 'image/jpeg' })
  }, photo.toString('base64'))
}

report('a canvas on the main thread', await measure(prepareNaive, frameNaively))
report('ShowWork', await measure(prepareApp, frameInApp))
await browser.close()
await app.end('SIGTERM')
await upstream.close()
rmSync(dir, { recursive: true, force: true })
