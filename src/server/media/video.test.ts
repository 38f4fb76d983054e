import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startFakeUpstream } from '../../../e2e/support/fake-upstream.ts'
import type { Media } from '../../shared/media.ts'
import type { Problem } from '../../shared/problem.ts'
import { composeServer } from '../compose.ts'
import { parseSettings } from '../settings.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-video-'))
let upstream: Awaited<ReturnType<typeof startFakeUpstream>>
let servers: Record<'openai' | 'dashscope', Awaited<ReturnType<typeof composeServer>>>
beforeAll(async () => {
  upstream = await startFakeUpstream()
  const start = (protocol: 'openai' | 'dashscope') =>
    composeServer(
      parseSettings({
        DATA_DIR: join(dir, protocol),
        MODEL_PROTOCOL: protocol,
        MODEL_BASE_URL: protocol === 'openai' ? `${upstream.url}/v1` : upstream.url,
        MODELS_FILE: join(import.meta.dirname, '../../../e2e/support/models.json'),
        SHUTDOWN_GRACE_S: '0',
      }),
      () => {},
    )
  servers = { openai: await start('openai'), dashscope: await start('dashscope') }
})
afterAll(async () => {
  for (const server of Object.values(servers)) await server.shutDown()
  await upstream.close()
  rmSync(dir, { recursive: true, force: true })
})

let cookie = ''
async function send<T>(path: string, body: unknown, protocol: 'openai' | 'dashscope' = 'openai') {
  const isForm = body instanceof FormData
  const response = await servers[protocol].app.request(`http://localhost:3000${path}`, {
    method: 'POST',
    headers: { ...(cookie && { cookie }), ...(!isForm && { 'Content-Type': 'application/json' }) },
    body: isForm ? body : JSON.stringify(body),
  })
  cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? ''
  return { status: response.status, body: (await response.json()) as T }
}

const frame = async (color: string) =>
  new Uint8Array(
    await sharp({ create: { width: 64, height: 36, channels: 3, background: color } })
      .jpeg()
      .toBuffer(),
  )

async function toForm(count: number, fps: string) {
  const form = new FormData()
  for (let index = 0; index < count; index += 1) {
    form.append('frames', new File([await frame(`rgb(${index * 40}, 0, 0)`)], `${index}.jpg`, { type: 'image/jpeg' }))
  }
  form.set('fps', fps)
  return form
}

/** The user's parts of the request that holds the question. */
async function readParts(question: string): Promise<Record<string, unknown>[]> {
  return await expect
    .poll(() => upstream.requests.find(({ body }) => JSON.stringify(body ?? '').includes(question))?.body)
    .toBeTruthy()
    .then(() => {
      const { body } = upstream.requests.find((request) => JSON.stringify(request.body ?? '').includes(question)) ?? {}
      const request = body as { messages?: { content: [] }[]; input?: { messages: { content: [] }[] } }
      return (request.messages ?? request.input?.messages)?.at(-1)?.content ?? []
    })
}

test.each(['openai', 'dashscope'] as const)(
  'frames reach the upstream in order, byte for byte, with their rate: %s',
  async (protocol) => {
    const { status, body: media } = await send<Media>('/api/media', await toForm(4, '0.5'), protocol)
    expect(status).toBe(201)
    expect(media).toMatchObject({ kind: 'video', frames: 4, fps: 0.5, durationMs: 8_000, width: 64, height: 36 })
    const question = `What moves, ${protocol}?`
    const asked = await send('/api/runs', { question, media: [media.id], model: 'fake-vl' }, protocol)
    expect(asked.status).toBe(201)
    const part = (await readParts(question))[0] as { video: string[]; fps: number }
    expect(part.fps).toBe(0.5)
    const sent = part.video.map((url) => Buffer.from(url.replace('data:image/jpeg;base64,', ''), 'base64'))
    for (const [index, bytes] of sent.entries())
      expect(bytes.equals(await frame(`rgb(${index * 40}, 0, 0)`))).toBe(true)
    expect(sent).toHaveLength(4)
  },
)

test('an address of a video is passed through with its rate, unfetched', async () => {
  const url = 'https://media.example.com/fall.mp4?x=1'
  const { status, body: media } = await send<Media>('/api/media', { url, fps: 1 })
  expect({ status, url: media.url, fps: media.fps, kind: media.kind }).toEqual({
    status: 201,
    url,
    fps: 1,
    kind: 'video',
  })
  await send('/api/runs', { question: 'What falls?', media: [media.id], model: 'fake-vl' })
  expect((await readParts('What falls?'))[0]).toEqual({ type: 'video_url', video_url: { url }, fps: 1 })
})

test.each([
  ['three frames', () => toForm(3, '2'), 'video-out-of-range'],
  ['a rate of eleven', () => toForm(4, '11'), 'video-out-of-range'],
  ['a private address', () => ({ url: 'http://192.168.1.2/a.mp4' }), 'url-blocked'],
  ['this machine by name', () => ({ url: 'http://localhost/a.mp4' }), 'url-blocked'],
  ['a name without a dot', () => ({ url: 'http://intranet/a.mp4' }), 'url-blocked'],
  ['a metadata service', () => ({ url: 'http://169.254.169.254/a.mp4' }), 'url-blocked'],
  ['a password in the address', () => ({ url: 'https://me:secret@example.com/a.mp4' }), 'url-invalid'],
  ['a file address', () => ({ url: 'file:///etc/a.mp4' }), 'url-invalid'],
])('%s is refused by name', async (_name, make, code) => {
  expect((await send<Problem>('/api/media', await make())).body.code).toBe(code)
})

test('a model is asked only what it takes of video', async () => {
  const { body: short } = await send<Media>('/api/media', await toForm(4, '4'))
  const ask = async (model: string) => await send<Problem>('/api/runs', { question: 'Why?', media: [short.id], model })
  expect((await ask('retired-vl')).body.code).toBe('model-no-video')
  const { status, body } = await ask('fake-vl')
  expect({ status, code: body.code }).toEqual({ status: 422, code: 'video-out-of-range' })
  expect(body.detail).toMatch(/2 to 60 seconds, as 4 to 20 frames/)
})
