import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Media } from '../../../shared/media.ts'
import { composeServer } from '../../compose.ts'
import { parseSettings } from '../../settings.ts'
import { startS3 } from '../../testing/start-s3.ts'

let s3: Awaited<ReturnType<typeof startS3>>
let dir = ''
beforeEach(async () => {
  s3 = await startS3()
  dir = mkdtempSync(join(tmpdir(), 'showwork-store-'))
})
afterEach(async () => {
  await s3.close()
  rmSync(dir, { recursive: true, force: true })
})

async function start(failures: unknown[] = [], over: Record<string, string> = {}) {
  const { endpoint, bucket, accessKeyId, secretAccessKey } = s3.place('')
  const settings = parseSettings({
    DATA_DIR: dir,
    MODEL_BASE_URL: 'http://127.0.0.1:9/v1',
    SHUTDOWN_GRACE_S: '0',
    MEDIA_STORE: `s3://${bucket}/showwork/`,
    S3_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...over,
  })
  const { app, shutDown, close } = await composeServer(settings, (error) => failures.push(error))
  let cookie = ''
  const send = async (path: string, init: RequestInit = {}) => {
    const headers = { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) }
    const response = await app.request(`http://localhost:3000${path}`, { ...init, headers })
    cookie ||= response.headers.get('set-cookie')?.split(';')[0] ?? ''
    return response
  }
  return {
    send,
    async add(width = 32) {
      const bytes = await sharp({ create: { width, height: 32, channels: 3, background: '#abc' } })
        .png()
        .toBuffer()
      const form = new FormData()
      form.set('file', new File([new Uint8Array(bytes)], 'a.png'))
      return await send('/api/media', { method: 'POST', body: form })
    },
    ask: (media: string[], more: object = {}) =>
      send('/api/runs', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ question: 'x', media, ...more }),
      }),
    async close() {
      await shutDown()
      await close()
    },
  }
}

test('pictures are in the bucket and nowhere on the disk; all works from there', async () => {
  const app = await start()
  const { id } = (await (await app.add()).json()) as Media
  expect(s3.names()).toEqual([expect.stringMatching(/^showwork\/[0-9a-f]{64}$/)])
  expect(readdirSync(dir)).not.toContain('media')
  const picture = await app.send(`/api/media/${id}`)
  expect(picture.status).toBe(200)
  expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(50)
  expect((await app.send(`/api/media/${id}/thumb`)).status).toBe(200)
  expect((await app.ask([id])).status).toBe(201)
  await app.close()
})

test('lost: what needs a picture says so with 503, all the rest works, and it comes back by itself', async () => {
  const failures: unknown[] = []
  const app = await start(failures)
  const { id } = (await (await app.add()).json()) as Media
  const first = (await (await app.ask([id])).json()) as { id: string }
  await s3.stop()
  // What answered a moment ago is believed for five seconds.
  vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 10_000)
  const refusals = [
    await app.add(33),
    await app.ask([id]),
    await app.ask([], { parent: first.id }),
    await app.send(`/api/media/${id}`),
  ]
  vi.restoreAllMocks()
  for (const refused of refusals) {
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('5')
    expect(await refused.json()).toMatchObject({ code: 'media-unavailable' })
  }
  expect((await app.ask([])).status).toBe(201)
  expect((await app.send('/readyz')).status).toBe(200)
  expect((await app.send(`/api/runs/${first.id}`)).status).toBe(200)
  expect(failures.map(String)).toEqual([expect.stringContaining('cannot be used (ECONNREFUSED)')])
  await s3.startAgain()
  expect((await app.add(33)).status).toBe(201)
  expect((await app.ask([id])).status).toBe(201)
  await app.close()
})

test('a bucket that cannot be reached at the start is told, and the server starts all the same', async () => {
  const failures: unknown[] = []
  await s3.stop()
  const app = await start(failures)
  await vi.waitFor(() => expect(String(failures[0])).toContain('ECONNREFUSED'), 5_000)
  expect((await app.ask([])).status).toBe(201)
  expect((await app.add()).status).toBe(503)
  await s3.startAgain()
  expect((await app.add()).status).toBe(201)
  await app.close()
})

test('a wrong key is told at the start, and the key is not', async () => {
  const failures: unknown[] = []
  const app = await start(failures, { AWS_SECRET_ACCESS_KEY: 'canary-secret-1c9f' })
  await vi.waitFor(() => expect(String(failures[0])).toContain('SignatureDoesNotMatch'), 5_000)
  expect((await app.add()).status).toBe(503)
  expect(JSON.stringify(failures.map((error) => [String(error), error, (error as Error).stack]))).not.toContain(
    'canary',
  )
  await app.close()
})

test.each([
  [{ MEDIA_STORE: 'bucket' }, 'MEDIA_STORE'],
  [{ MEDIA_STORE: 's3://Bucket' }, 'MEDIA_STORE'],
  [{ MEDIA_STORE: 's3://bucket/../other' }, 'MEDIA_STORE'],
  [{ S3_ENDPOINT: 'localhost:9000' }, 'S3_ENDPOINT'],
  [{ AWS_ACCESS_KEY_ID: '' }, 'AWS_ACCESS_KEY_ID'],
  [{ AWS_SECRET_ACCESS_KEY: '' }, 'AWS_SECRET_ACCESS_KEY'],
])('the settings %j stop the start with a sentence that names %s', async (over, name) => {
  await expect(start([], over as Record<string, string>)).rejects.toThrow(name)
})
