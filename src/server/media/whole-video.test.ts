import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttp, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Media } from '../../shared/media.ts'
import type { Problem } from '../../shared/problem.ts'
import { composeServer } from '../compose.ts'
import { parseSettings } from '../settings.ts'

type Call = { url: string; headers: IncomingMessage['headers']; body: Buffer }

/** DashScope's policy, its store and its model, as far as a whole video meets them. */
const calls: Call[] = []
const upstream = createHttp((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const url = request.url ?? ''
    calls.push({ url, headers: request.headers, body: Buffer.concat(chunks) })
    if (url === '/oss') return response.end()
    if (url.startsWith('/api/v1/uploads')) {
      const data = {
        policy: 'the-policy',
        signature: 'the-signature',
        upload_dir: 'dashscope-instant/abc',
        upload_host: `${address()}/oss`,
        oss_access_key_id: 'LTAI',
        x_oss_object_acl: 'private',
        x_oss_forbid_overwrite: 'true',
      }
      return response.end(JSON.stringify({ request_id: 'r', data }))
    }
    response.setHeader('content-type', 'text/event-stream')
    const output = { choices: [{ finish_reason: 'stop', message: { content: [{ text: 'Seen.' }] } }] }
    response.end(`id:1\nevent:result\n:HTTP_STATUS/200\ndata:${JSON.stringify({ output })}\n\n`)
  })
})
const address = () => `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`

const dir = mkdtempSync(join(tmpdir(), 'showwork-whole-'))
let server: Awaited<ReturnType<typeof composeServer>>
let cookie = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  server = await composeServer(
    parseSettings({
      DATA_DIR: dir,
      MODEL_PROTOCOL: 'dashscope',
      MODEL_BASE_URL: address(),
      MODEL_API_KEY: 'test-key',
      SHUTDOWN_GRACE_S: '0',
    }),
    () => {},
  )
})
afterAll(async () => {
  await server.shutDown()
  upstream.close()
  upstream.closeAllConnections()
  rmSync(dir, { recursive: true, force: true })
})

const file = readFileSync(join(import.meta.dirname, '../../../e2e/fixtures/four.mp4'))

async function post<T>(path: string, body: Buffer | object): Promise<{ status: number; body: T }> {
  const response = await server.app.request(`http://localhost:3000${path}`, {
    method: 'POST',
    headers: { ...(cookie && { cookie }), 'Content-Type': Buffer.isBuffer(body) ? 'video/mp4' : 'application/json' },
    body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body),
  })
  cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? ''
  return { status: response.status, body: (await response.json()) as T }
}

async function ask(media: Media, model: string, count: number) {
  const asked = await post('/api/runs', { question: `What moves? ${count}`, media: [media.id], model })
  expect(asked.status).toBe(201)
  await expect
    .poll(() => calls.filter(({ url }) => url.endsWith('/generation')), { timeout: 10_000 })
    .toHaveLength(count)
}

test('a whole video goes up under the policy, file last, byte for byte, and is named to the model as oss://', async () => {
  const { status, body: media } = await post<Media>('/api/media/videos?mime=video/mp4&fps=1&durationMs=4000', file)
  expect(status).toBe(201)
  expect(media).toMatchObject({ kind: 'video', isWhole: true, fps: 1, durationMs: 4000, bytes: file.byteLength })
  await ask(media, 'qwen3.8-flash', 1)
  const [policy, put, generation] = calls
  expect(policy?.url).toBe('/api/v1/uploads?action=getPolicy&model=qwen3.8-flash')
  expect(policy?.headers.authorization).toBe('Bearer test-key')
  // The store gets the policy's own signature, never the key.
  expect(put?.headers.authorization).toBeUndefined()
  const form = put?.body.toString('latin1') ?? ''
  const names = [...form.matchAll(/(?<!file)name="([^"]+)"/g)].map(([, name]) => name)
  expect(names).toEqual([
    'OSSAccessKeyId',
    'Signature',
    'policy',
    'x-oss-object-acl',
    'x-oss-forbid-overwrite',
    'key',
    'success_action_status',
    'file',
  ])
  const boundary = /boundary=(.+)$/.exec(String(put?.headers['content-type']))?.[1] ?? ''
  const sent = form.slice(
    form.lastIndexOf('\r\n\r\n', form.length - file.byteLength) + 4,
    form.lastIndexOf(`\r\n--${boundary}--`),
  )
  expect(Buffer.from(sent, 'latin1').equals(file)).toBe(true)
  const key = /name="key"\r\n\r\n([^\r]+)/.exec(form)?.[1]
  expect(generation?.headers['x-dashscope-ossresourceresolve']).toBe('enable')
  expect(JSON.parse(generation?.body.toString() ?? '')).toMatchObject({
    input: { messages: [{ content: [{ video: `oss://${key}`, fps: 1 }, { text: 'What moves? 1' }] }] },
  })
})

test('asked again it is not sent again, for another model it is', async () => {
  const { body: media } = await post<Media>('/api/media/videos?mime=video/mp4&fps=1&durationMs=4000', file)
  const before = calls.filter(({ url }) => url === '/oss').length
  await ask(media, 'qwen3.8-flash', 2)
  expect(calls.filter(({ url }) => url === '/oss')).toHaveLength(before)
  await ask(media, 'qwen3.7-plus', 3)
  expect(calls.filter(({ url }) => url === '/oss')).toHaveLength(before + 1)
})

test('a picture sent as a whole video is refused and stays a picture', async () => {
  const drawn = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#abc' } })
    .png()
    .toBuffer()
  const form = new FormData()
  form.set('file', new File([new Uint8Array(drawn)], 'drawn.png', { type: 'image/png' }))
  const headers = { cookie }
  const added = await server.app.request('http://localhost:3000/api/media', { method: 'POST', headers, body: form })
  const { id } = (await added.json()) as Media
  const read = async () => {
    const response = await server.app.request(`http://localhost:3000/api/media/${id}`, { headers })
    return Buffer.from(await response.arrayBuffer())
  }
  const stored = await read()
  const refused = await post<Problem>('/api/media/videos?mime=video/mp4', stored)
  expect(refused).toMatchObject({ status: 415, body: { code: 'media-unsupported' } })
  expect((await read()).equals(stored)).toBe(true)
})

test('what is no video, or longer than the model takes, is refused and nothing is left of it', async () => {
  const refused = await post<Problem>('/api/media/videos?mime=video/mp4', Buffer.from('hello, no video'))
  expect(refused.body.code).toBe('media-unsupported')
  const hash = createHash('sha256').update('hello, no video').digest('hex')
  expect(readdirSync(join(dir, 'media'), { recursive: true }).filter((name) => String(name).includes(hash))).toEqual([])
  const { body: long } = await post<Media>(
    `/api/media/videos?mime=video/mp4&durationMs=${3 * 3_600_000}`,
    Buffer.concat([file, Buffer.of(0)]),
  )
  const asked = await post<Problem>('/api/runs', { question: 'Why?', media: [long.id], model: 'qwen3.8-flash' })
  expect(asked.body.code).toBe('video-out-of-range')
})
