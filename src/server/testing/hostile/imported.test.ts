import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { html, toTexts, vectors } from '../../../../e2e/support/vectors.ts'
import { archiveHeader, toArchiveLine } from '../../../shared/archive.ts'
import type { HistoryEntry } from '../../../shared/history.ts'
import type { Share } from '../../../shared/share.ts'
import { toTimeline } from '../../../shared/run/timeline.ts'
import { composeServer } from '../../compose.ts'
import { parseSettings } from '../../settings.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-hostile-'))
let server: Awaited<ReturnType<typeof composeServer>>
let cookie = ''
beforeAll(async () => {
  const settings = { DATA_DIR: dir, MODEL_BASE_URL: 'http://127.0.0.1:9/v1', SHUTDOWN_GRACE_S: '0' }
  server = await composeServer(parseSettings(settings), () => {})
})
afterAll(async () => {
  await server.shutDown()
  await server.close()
  rmSync(dir, { recursive: true, force: true })
})

async function request(
  path: string,
  method = 'GET',
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const response = await server.app.request(`http://localhost:3000${path}`, {
    method,
    headers: { cookie, 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? ''
  return response
}
const toLine = (text: string, index: number) => {
  const [question, answer] = [text.slice(0, 20_000), text]
  const events = [
    { seq: 1, at: 0, type: 'start' as const, model: 'm' },
    { seq: 2, at: 5, type: 'thinking-delta' as const, text },
    { seq: 3, at: 9, type: 'answer-delta' as const, text: answer },
    { seq: 4, at: 9, type: 'finish' as const, reason: 'stop' as const },
  ]
  return toArchiveLine({
    type: 'run',
    id: `r${index}`,
    question,
    media: [],
    model: text.slice(0, 200),
    thinking: { enabled: true },
    createdAt: 1_700_000_000_000 + index,
    thinkingText: text,
    answerText: answer,
    timeline: toTimeline(events),
  })
}
const importAll = async (texts: string[]) => {
  const body = [toArchiveLine(archiveHeader), ...texts.map(toLine)].join('')
  return (await (await request('/api/runs/import', 'POST', body)).json()) as { count: number; last: string }
}

test('whatever a question is, its file has a name that is one, in headers that stay two', async () => {
  const odd = [
    '../../etc/passwd',
    'a\r\nSet-Cookie: x=1',
    '"; filename="x.exe',
    '\u202egnp.exe',
    'CON',
    '.htaccess',
    '~',
  ]
  const texts = [...odd, ...vectors.filter((_vector, index) => index % 8 === 0)]
  for (const text of texts) {
    const { last } = await importAll([text])
    for (const format of ['markdown', 'html', 'docx']) {
      const { status, headers } = await request(`/api/runs/${last}/export?format=${format}`)
      expect(status).toBe(200)
      const disposition = headers.get('content-disposition') ?? ''
      const [, ending, encoded = ''] =
        /^attachment; filename="showwork\.(md|html|docx)"; filename\*=UTF-8''([\w.!~%-]+)$/.exec(disposition) ?? []
      const name = decodeURIComponent(encoded)
      expect(name, text).toMatch(new RegExp(`^[^.][^\\\\/:*?"<>|\\p{Cc}\\p{Cf}]*\\.${ending}$`, 'u'))
      expect(headers.get('set-cookie')).toBeNull()
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
  }
})

test('what is imported is shown as it came, named as it was named, and a link to it has a picture', async () => {
  const texts = toTexts(4)
  const { count, last } = await importAll(texts)
  expect(count).toBe(4)
  const run = (await (await request(`/api/runs/${last}`)).json()) as { answerText: string; isImported?: true }
  expect(run).toMatchObject({ answerText: texts[3]?.replaceAll('\0', ''), isImported: true })
  for (const title of html.slice(0, 20)) {
    const named = await request(`/api/runs/${last}`, 'PATCH', { title: title.slice(0, 200) })
    expect(((await named.json()) as HistoryEntry).title).toBe(title.trim().slice(0, 200))
  }
  const share = (await (await request(`/api/runs/${last}/shares`, 'POST', {})).json()) as Share
  const picture = await request(`/api/shares/${share.id}/preview.png`)
  expect(picture.headers.get('content-type')).toBe('image/png')
  const { format, width, height } = await sharp(await picture.arrayBuffer()).metadata()
  expect({ format, width, height }).toEqual({ format: 'png', width: 1200, height: 630 })
})

test.each(['nonsense', '&1Nlbcg~=y', 'null', 'https://evil.example', 'http://localhost:3000.evil.example'])(
  'links begin at this server, whatever Origin claims: %s',
  async (origin) => {
    const { last } = await importAll(['x'])
    await request(`/api/runs/${last}/shares`, 'POST', {})
    const listed = await request('/api/shares', 'GET', undefined, { origin })
    const { items } = (await listed.json()) as { items: Share[] }
    expect(items.length).toBeGreaterThan(0)
    for (const { url } of items) expect(url).toMatch(/^http:\/\/localhost:3000\/s\//)
  },
)
