import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { composeServer } from '../compose.ts'
import { parseSettings } from '../settings.ts'
import { readStaticFiles } from './static-files.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-compressed-'))
const program = 'export const word = 1\n'.repeat(100)
const sheet = 'p { margin: 0 }\n'.repeat(100)
let server: Awaited<ReturnType<typeof composeServer>>
const get = async (path: string, headers: Record<string, string>) =>
  await server.app.request(`http://localhost:3000${path}`, { headers })

beforeAll(async () => {
  const client = join(dir, 'client')
  mkdirSync(join(client, 'assets'), { recursive: true })
  writeFileSync(join(client, 'index.html'), '<!doctype html><head><title>ShowWork</title></head>')
  writeFileSync(join(client, 'assets/index-a1.js'), program)
  writeFileSync(join(client, 'assets/index-a1.js.br'), brotliCompressSync(program))
  writeFileSync(join(client, 'assets/index-a1.js.gz'), gzipSync(program))
  writeFileSync(join(client, 'assets/late-b2.css'), sheet)
  writeFileSync(join(client, 'manifest.json'), '{}')
  const settings = { DATA_DIR: dir, MODEL_BASE_URL: 'http://127.0.0.1:9/v1', SHUTDOWN_GRACE_S: '0' }
  server = await composeServer(parseSettings(settings), () => {}, readStaticFiles(client))
})
afterAll(async () => {
  await server.shutDown()
  await server.close()
  rmSync(dir, { recursive: true, force: true })
})

async function decode(response: Response): Promise<string> {
  const bytes = Buffer.from(await response.arrayBuffer())
  const encoding = response.headers.get('content-encoding')
  return (encoding === 'br' ? brotliDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString()
}

test.each([
  ['br, gzip', 'br'],
  ['gzip, deflate, br;q=0.9, zstd', 'br'],
  ['gzip', 'gzip'],
  ['GZIP, br; q=0', 'gzip'],
  ['br;q=0.0, gzip;q=0', null],
  ['identity', null],
  ['brotli, x-gzip', null],
  ['', null],
])('a reader that takes "%s" gets %s, of answers and of files', async (accepted, encoding) => {
  const plain = await (await get('/api/config', {})).json()
  const answer = await get('/api/config', { 'accept-encoding': accepted })
  expect(answer.headers.get('content-encoding')).toBe(encoding)
  expect(answer.headers.get('vary')).toBe('Accept-Encoding')
  expect(JSON.parse(await decode(answer))).toEqual(plain)
  const file = await get('/assets/index-a1.js', { 'accept-encoding': accepted })
  expect(file.headers.get('content-encoding')).toBe(encoding)
  expect(await decode(file)).toBe(program)
})

test('what has not changed is not sent again, and keeps its cookie and its rules', async () => {
  const first = await get('/api/config', { 'accept-encoding': 'br' })
  expect(first.headers.getSetCookie()).toHaveLength(1)
  expect(first.headers.get('cache-control')).toBe('no-store')
  const tag = first.headers.get('etag') ?? ''
  const again = await get('/api/config', { 'if-none-match': tag })
  expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', tag])
  const other = await get('/api/config', { 'if-none-match': 'W/"other"' })
  expect(other.status).toBe(200)
})

test('refusals and small answers go as they are', async () => {
  const refused = await get('/api/runs/none/thread', { 'accept-encoding': 'br' })
  expect([refused.status, refused.headers.get('content-encoding')]).toEqual([404, null])
  const small = await get('/api/shares', { 'accept-encoding': 'br' })
  expect([small.status, small.headers.get('content-encoding'), await small.json()]).toEqual([200, null, { items: [] }])
})

test('of many that come at once some wait and the rest are sent plain, all of them whole', async () => {
  const expected = await (await get('/api/config', {})).text()
  const answers = await Promise.all(Array.from({ length: 120 }, () => get('/api/config', { 'accept-encoding': 'br' })))
  const encodings = new Set(answers.map(({ headers }) => headers.get('content-encoding')))
  expect(encodings).toEqual(new Set(['br', null]))
  expect(new Set(await Promise.all(answers.map(decode)))).toEqual(new Set([expected]))
})

test('the forms beside a file and the list of the build have no address of their own', async () => {
  for (const path of ['/assets/index-a1.js.br', '/assets/index-a1.js.gz', '/manifest.json'])
    expect({ path, status: (await get(path, {})).status }).toEqual({ path, status: 404 })
  const uncompressed = await get('/assets/late-b2.css', { 'accept-encoding': 'br' })
  expect([uncompressed.headers.get('content-encoding'), await uncompressed.text()]).toEqual([null, sheet])
})
