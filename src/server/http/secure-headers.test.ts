import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Media } from '../../shared/media.ts'
import type { Run } from '../../shared/run/run.ts'
import { composeServer } from '../compose.ts'
import { parseSettings } from '../settings.ts'
import { readStaticFiles } from './static-files.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-headers-'))
const origin = 'https://work.example'
let server: Awaited<ReturnType<typeof composeServer>>
let cookie = ''
const request = async (path: string, init: RequestInit = {}, from = origin) =>
  await server.app.request(`${from}${path}`, { ...init, headers: { cookie, ...init.headers } })

beforeAll(async () => {
  const client = join(dir, 'client')
  mkdirSync(join(client, 'assets'), { recursive: true })
  writeFileSync(join(client, 'index.html'), '<!doctype html><title>ShowWork</title>')
  writeFileSync(join(client, 'assets/index-a1.js'), 'export {}')
  writeFileSync(join(client, 'assets/heic-decoder-b2.js'), 'export {}')
  const settings = { DATA_DIR: dir, MODEL_BASE_URL: 'http://127.0.0.1:9/v1', PUBLIC_URL: origin, SHUTDOWN_GRACE_S: '0' }
  server = await composeServer(parseSettings(settings), () => {}, readStaticFiles(client))
  cookie = (await request('/api/config')).headers.getSetCookie()[0]?.split(';')[0] ?? ''
})
afterAll(async () => {
  await server.shutDown()
  await server.close()
  rmSync(dir, { recursive: true, force: true })
})

const directives = (response: Response) =>
  Object.fromEntries(
    (response.headers.get('content-security-policy') ?? '').split('; ').map((part) => {
      const [name = '', ...values] = part.split(' ')
      return [name, values.join(' ')]
    }),
  )

async function expectSafe(response: Response) {
  const { headers } = response
  expect(Object.fromEntries(headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-dns-prefetch-control': 'off',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'strict-transport-security': 'max-age=63072000',
    'permissions-policy': 'camera=(self), display-capture=(self), microphone=(), geolocation=()',
  })
  expect(headers.get('server')).toBeNull()
  expect(headers.get('x-powered-by')).toBeNull()
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/^default-src 'none'/)
  expect(policy).not.toMatch(/'unsafe-|\*|http:|https:/)
}

describe('pages', () => {
  test.each(['/', '/r/some-run', '/nothing/here', '/s/some-share'])('%s has the strict policy', async (path) => {
    const response = await request(path)
    await expectSafe(response)
    expect(directives(response)).toMatchObject({
      'script-src': "'self'",
      'style-src': expect.stringMatching(/^'self'( 'nonce-[\w+/=-]+')?$/) as unknown,
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': 'showwork',
    })
    expect(response.headers.get('content-security-policy')).not.toContain('wasm')
  })
})

describe('the API', () => {
  test.each(['/api/config', '/api/runs', '/api/runs/none', '/api/nothing', '/api/media/none'])(
    '%s is stored by nobody',
    async (path) => {
      const response = await request(path)
      await expectSafe(response)
      expect(response.headers.get('cache-control')).toBe('no-store')
    },
  )
  test('a refusal of the guard, a run and its stream too', async () => {
    await expectSafe(await request('/api/runs', { method: 'POST', headers: { origin: 'https://evil.example' } }))
    const headers = { 'content-type': 'application/json' }
    const made = await request('/api/runs', { method: 'POST', headers, body: '{"question":"x"}' })
    await expectSafe(made)
    const stream = await request(`/api/runs/${((await made.json()) as Run).id}/events`)
    await expectSafe(stream)
    expect(stream.headers.get('cache-control')).toMatch(/no-cache|no-store/)
    await stream.body?.cancel()
  })
  test('a picture may run nothing, whoever opens it', async () => {
    const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#abc' } })
      .png()
      .toBuffer()
    const body = new FormData()
    body.set('file', new File([new Uint8Array(png)], '<img src=x onerror=alert(1)>.png'))
    const { id } = (await (await request('/api/media', { method: 'POST', body })).json()) as Media
    const picture = await request(`/api/media/${id}`)
    await expectSafe(picture)
    expect(directives(picture)).toMatchObject({ 'default-src': "'none'", sandbox: '' })
    expect(picture.headers.get('content-disposition')).toMatch(/^inline/)
    expect(picture.headers.get('cache-control')).toContain('private')
  })
})

test('WebAssembly is for a decoder’s own response only', async () => {
  const decoder = await request('/assets/heic-decoder-b2.js')
  await expectSafe(decoder)
  expect(directives(decoder)['script-src']).toBe("'self' 'wasm-unsafe-eval'")
  expect(directives(await request('/assets/index-a1.js'))['script-src']).toBe("'self'")
})

test('over plain http nothing promises TLS', async () => {
  const response = await request('/', {}, 'http://localhost:3000')
  expect(response.headers.get('strict-transport-security')).toBeNull()
})
