import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { unzip } from '../../../e2e/support/unzip.ts'
import { archiveHeader, toArchiveLine, type ArchiveLine } from '../../shared/archive.ts'
import { composeServer } from '../compose.ts'
import { parseSettings } from '../settings.ts'
import { inThread } from '../text-workers/in-thread.ts'
import { TextWorkLimit, type TextWork } from '../text-workers/text-work.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-files-'))
let server: Awaited<ReturnType<typeof composeServer>>
let refusal: TextWorkLimit['reason'] | undefined
const work: TextWork = {
  run(name, input, ...rest) {
    const isDrawing = 'isPlain' in input && !input.isPlain
    if (refusal === 'busy' || (refusal !== undefined && isDrawing)) return Promise.reject(new TextWorkLimit(refusal))
    return inThread.run(name, input, ...rest)
  },
}
let cookie = ''
const request = async (path: string, init: RequestInit = {}) => {
  const response = await server.app.request(`http://localhost:3000${path}`, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), ...(cookie !== '' && { cookie }) },
  })
  cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? ''
  return response
}

let last = ''
const toRun = (id: string, answerText: string, rest: { parent?: string; media?: string[] } = {}): ArchiveLine => ({
  type: 'run',
  id,
  question: `Question ${id}`,
  media: [],
  model: 'constructor',
  thinking: { enabled: false },
  createdAt: 0,
  thinkingText: '',
  answerText,
  timeline: `a1.${answerText.length.toString(36)}`,
  ...rest,
})
async function importLines(lines: ArchiveLine[]): Promise<string> {
  const body = [archiveHeader, ...lines].map(toArchiveLine).join('')
  const response = await request('/api/runs/import', { method: 'POST', body })
  return ((await response.json()) as { last: string }).last
}

beforeAll(async () => {
  const settings = { DATA_DIR: dir, MODEL_BASE_URL: 'http://127.0.0.1:9/v1', SHUTDOWN_GRACE_S: '0' }
  server = await composeServer(parseSettings(settings), () => {}, undefined, undefined, work)
  const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#abc' } })
    .png()
    .toBuffer()
  last = await importLines([
    { type: 'media', id: 'p', mime: 'image/png', data: picture.toString('base64') },
    toRun('a', 'So **indeed** \\(x\\) ``` & more.', { media: ['p', 'p'] }),
    toRun('b', 'And [this](https://a.example) too.', { parent: 'a', media: ['p'] }),
  ])
})
afterAll(async () => {
  await server.shutDown()
  await server.close()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(() => {
  refusal = undefined
})

const read = async (format: string) => await request(`/api/runs/${last}/export?format=${format}`)
const readWord = async () => unzip(new Uint8Array(await (await read('docx')).arrayBuffer()))

test.each(['time', 'memory'] as const)(
  'texts that take too much (%s) stand in every file as they were written',
  async (reason) => {
    refusal = reason
    const page = await (await read('html')).text()
    expect(page).toContain('So **indeed** \\(x\\) ``` &amp; more.')
    expect(page).not.toContain('<math')
    expect(await (await read('markdown')).text()).toContain('````\nSo **indeed** \\(x\\) ``` & more.\n````')
    const document = (await readWord()).get('word/document.xml')?.toString()
    expect(document).toContain('So **indeed** \\(x\\) ``` &amp; more.')
    expect(document).not.toContain('<m:oMath>')
  },
)

test('where too many other texts wait a file says when to come again', async () => {
  refusal = 'busy'
  for (const format of ['html', 'markdown', 'docx']) {
    const response = await read(format)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
  }
})

test('a picture that is shown again is there once, in Markdown and in Word', async () => {
  const text = await (await read('markdown')).text()
  expect(text.match(/^\[picture-\d\]: data:/gm)).toEqual(['[picture-1]: data:'])
  expect(text.match(/^!\[Picture 1\]\[picture-1\]$/gm)).toHaveLength(3)
  const files = await readWord()
  expect([...files.keys()].filter((name) => name.startsWith('word/media/'))).toEqual(['word/media/picture1.png'])
  expect(
    files
      .get('word/document.xml')
      ?.toString()
      .match(/r:embed="picture1"/g),
  ).toHaveLength(3)
})

test('a file that would be too large is refused before anything is read, with its size and what to do', async () => {
  const picture = await sharp({
    create: {
      width: 1_400,
      height: 1_400,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer()
  const lines: ArchiveLine[] = [{ type: 'media', id: 'p', mime: 'image/png', data: picture.toString('base64') }]
  for (const id of ['1', '2'])
    lines.push(toRun(id, 'x', { media: Array<string>(64).fill('p'), ...(id === '2' && { parent: '1' }) }))
  const id = await importLines(lines)
  const response = await request(`/api/runs/${id}/export?format=html`)
  expect(response.status).toBe(413)
  const { detail } = (await response.json()) as { detail: string }
  expect(detail).toMatch(/may have 256 MB .* has \d{3,}\. Export all questions as an archive/)
  expect((await request(`/api/runs/${id}/export?format=docx`)).status).toBe(200)
})

test('pictures that a text speaks of are not taken for those of the file', async () => {
  const id = await importLines([toRun('a', 'See ![mine][picture-1].\n\n[picture-1]: https://a.example/x.png')])
  expect(await (await request(`/api/runs/${id}/export?format=markdown`)).text()).not.toContain('![mine]')
})
