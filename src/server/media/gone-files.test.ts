import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Media } from '../../shared/media.ts'
import type { Run } from '../../shared/run/run.ts'
import type { Share } from '../../shared/share.ts'
import { composeServer } from '../compose.ts'
import { parseSettings } from '../settings.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-gone-'))
const answer = `data: ${JSON.stringify({ choices: [{ delta: { content: 'It is 6.' }, finish_reason: 'stop' }] })}\n\n`
const failures: unknown[] = []
let upstream: Server
let server: Awaited<ReturnType<typeof composeServer>>
let cookie = ''

const request = async (path: string, init: RequestInit = {}) => {
  const response = await server.app.request(`http://localhost:3000${path}`, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) },
  })
  cookie ||= response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  return response
}
const post = async (path: string, body: object) =>
  await request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

async function addPicture(background: string): Promise<Media> {
  const form = new FormData()
  const bytes = await sharp({ create: { width: 90, height: 60, channels: 3, background } })
    .png()
    .toBuffer()
  form.set('file', new File([new Uint8Array(bytes)], 'a.png'))
  return (await (await request('/api/media', { method: 'POST', body: form })).json()) as Media
}

const files = () =>
  readdirSync(join(dir, 'media'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /[0-9a-f]{64}$/.test(name))
    .map((name) => join(dir, 'media', name))

let media: Media
let run: Run
let share: Share
beforeAll(async () => {
  upstream = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer),
  )
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`
  const settings = parseSettings({ DATA_DIR: dir, MODEL_BASE_URL: base, SHUTDOWN_GRACE_S: '0' })
  server = await composeServer(settings, (error) => failures.push(error))
  media = await addPicture('#aa2222')
  run = (await (await post('/api/runs', { question: 'How many?', media: [media.id] })).json()) as Run
  const read = async () => (await (await request(`/api/runs/${run.id}`)).json()) as Run
  await vi.waitFor(async () => expect((await read()).status).toBe('finished'))
  share = (await (await post(`/api/runs/${run.id}/shares`, {})).json()) as Share
})
afterAll(async () => {
  await server.shutDown()
  await server.close()
  upstream.close()
  rmSync(dir, { recursive: true, force: true })
})

const damages: [string, (file: string) => void][] = [
  ['missing', (file) => rmSync(file)],
  ['cut off', (file) => writeFileSync(file, readFileSync(file).subarray(0, 40))],
  ['empty', (file) => writeFileSync(file, '')],
  [
    'changed in one bit',
    (file) =>
      writeFileSync(
        file,
        readFileSync(file).map((byte, at) => (at === 50 ? byte ^ 1 : byte)),
      ),
  ],
  ['a folder', (file) => (rmSync(file), mkdirSync(file))],
]

describe.each(damages)('a picture whose file is %s', (how, damage) => {
  let kept: [string, Buffer] | undefined
  const begin = () => {
    const [file = ''] = files()
    kept = [file, readFileSync(file)]
    damage(file)
    failures.length = 0
  }
  afterEach(() => {
    if (!kept) return
    rmSync(kept[0], { recursive: true, force: true })
    writeFileSync(...kept)
    kept = undefined
  })

  test('is gone wherever it is asked for, and whoever runs the server hears of it', async () => {
    begin()
    const places = [
      `/api/media/${media.id}`,
      `/api/media/${media.id}/thumb`,
      `/api/shares/${share.id}/media/${media.id}`,
    ]
    for (const path of places) {
      const response = await request(path)
      expect([response.status, response.headers.get('cache-control')], path).toEqual([
        410,
        expect.stringContaining('no-store'),
      ])
      expect(await response.json()).toMatchObject({ code: 'media-gone' })
    }
    expect(String(failures[0])).toMatch(/media file [0-9a-f]{64}/)
    for (const path of [`/r/${run.id}`, `/s/${share.id}`, `/api/runs/${run.id}`, `/api/shares/${share.id}`])
      expect((await request(path)).status, path).toBeLessThan(500)
  })

  test('takes nothing else of its question with it', async () => {
    begin()
    for (const format of ['markdown', 'html', 'docx']) {
      const response = await request(`/api/runs/${run.id}/export?format=${format}&thinking=1&language=en`)
      const body = await response.arrayBuffer()
      expect([response.status, body.byteLength > 200], format).toEqual([200, true])
      if (format !== 'docx') expect(new TextDecoder().decode(body), format).toContain('It is 6.')
    }
    expect(await (await request('/api/runs/export')).text()).toContain('It is 6.')
  })

  test('is an error of the next question about it, and is whole once it is added again', async () => {
    begin()
    const asked = (await (await post('/api/runs', { question: 'Again?', media: [media.id] })).json()) as Run
    const read = async () => (await (await request(`/api/runs/${asked.id}`)).json()) as Run
    await expect.poll(async () => (await read()).error?.code).toBe('internal')
    // Nothing is put over a folder that somebody made.
    if (how === 'a folder') return
    await addPicture('#aa2222')
    expect((await request(`/api/media/${media.id}`)).status).toBe(200)
  })
})
