import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { archiveHeader, toArchiveLine } from '../../shared/archive.ts'
import { composeServer } from '../compose.ts'
import { parseSettings } from '../settings.ts'
import { inThread } from '../text-workers/in-thread.ts'
import { TextWorkLimit, type TextWork } from '../text-workers/text-work.ts'
import { readStaticFiles } from '../http/static-files.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-share-page-'))
let server: Awaited<ReturnType<typeof composeServer>>
/** What happens to work on texts, and how often it was asked for. */
let refusal: TextWorkLimit['reason'] | undefined
let asked: string[] = []
const work: TextWork = {
  run(name, ...rest) {
    asked.push(name)
    if (refusal !== undefined && name !== 'readArchiveLines') return Promise.reject(new TextWorkLimit(refusal))
    return inThread.run(name, ...rest)
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

async function createLink(answerText: string): Promise<string> {
  const size = answerText.length.toString(36)
  const run = { type: 'run' as const, id: 'r', question: 'Why?', media: [], model: 'm', thinking: { enabled: false } }
  const end = JSON.stringify({ seq: 2, at: 1, type: 'finish', reason: 'stop' })
  const told = { createdAt: 0, thinkingText: '', answerText, timeline: `a1.${size}\n${end}` }
  const body = [archiveHeader, { ...run, ...told }].map(toArchiveLine).join('')
  const { last } = (await (await request('/api/runs/import', { method: 'POST', body })).json()) as { last: string }
  const headers = { 'content-type': 'application/json' }
  const shared = await request(`/api/runs/${last}/shares`, { method: 'POST', headers, body: '{}' })
  return ((await shared.json()) as { id: string }).id
}

beforeAll(async () => {
  mkdirSync(join(dir, 'client'))
  const settings = { DATA_DIR: dir, MODEL_BASE_URL: 'http://127.0.0.1:9/v1', SHUTDOWN_GRACE_S: '0' }
  server = await composeServer(parseSettings(settings), () => {}, readStaticFiles(join(dir, 'client')), undefined, work)
})
afterAll(async () => {
  await server.shutDown()
  await server.close()
  rmSync(dir, { recursive: true, force: true })
})
beforeEach(() => {
  refusal = undefined
  asked = []
})

const text = 'So **indeed** \\(x\\) & more.'

test.each(['time', 'memory', 'busy'] as const)(
  'where drawing a text is given up (%s) a link shows it as it was written',
  async (reason) => {
    const id = await createLink(text)
    refusal = reason
    const page = await request(`/s/${id}`)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('So **indeed** \\(x\\) &amp; more.')
    // What is too much once is too much again; who is busy may have time later.
    asked = []
    refusal = undefined
    const again = await (await request(`/s/${id}`)).text()
    expect(asked).toEqual(reason === 'busy' ? ['drawSharePage'] : [])
    expect(again.includes('<strong>indeed</strong>')).toBe(reason === 'busy')
  },
)

test.each(['time', 'memory'] as const)('its preview is drawn without the texts then (%s)', async (reason) => {
  refusal = reason
  const response = await request(`/api/shares/${await createLink(text)}/preview.png`)
  expect(response.status).toBe(200)
  expect(await sharp(await response.arrayBuffer()).metadata()).toMatchObject({ width: 1200, height: 630 })
})

test('where too many other texts wait a preview says when to come again', async () => {
  refusal = 'busy'
  const response = await request(`/api/shares/${await createLink(text)}/preview.png`)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('5')
  expect(await response.json()).toMatchObject({ code: 'busy' })
})

test('however many names and ports a link is asked for under, its page is drawn once, and says the one that was asked', async () => {
  const id = await createLink('https://base.invalid/s/x and "https://base.invalid/"')
  const named = new Set<string>()
  for (let port = 5_000; port < 5_040; port += 1) {
    const response = await request(`/s/${id}`, { headers: { host: `localhost:${port}` } })
    const html = await response.text()
    expect(html).toContain(`<meta property="og:url" content="http://localhost:${port}/s/${id}">`)
    expect(html).toContain(`<meta property="og:image" content="http://localhost:${port}/api/shares/${id}/preview.png?`)
    expect(html).toContain('https://base.invalid/s/x')
    named.add(html.match(/localhost:\d+/)?.[0] ?? '')
  }
  expect(named.size).toBe(40)
  expect(asked.filter((name) => name === 'drawSharePage')).toHaveLength(1)
})
