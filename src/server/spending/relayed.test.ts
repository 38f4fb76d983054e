import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Problem } from '../../shared/problem.ts'
import { composeServer } from '../compose.ts'
import { parseSettings } from '../settings.ts'

let dir: string
let server: Awaited<ReturnType<typeof composeServer>>
let cookie = ''
beforeEach(async () => {
  cookie = ''
  dir = mkdtempSync(join(tmpdir(), 'showwork-relayed-'))
  const settings = { DATA_DIR: dir, MODEL_BASE_URL: 'http://127.0.0.1:9/v1', SHUTDOWN_GRACE_S: '0' }
  server = await composeServer(parseSettings(settings), () => {})
  const response = await request('GET', '/api/config', {})
  cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
})
afterEach(async () => {
  await server.shutDown()
  await server.close()
  rmSync(dir, { recursive: true, force: true })
})

/** Everything comes from this machine, under its own name: from somebody at it, or through a proxy on it. */
async function request(method: string, path: string, headers: Record<string, string>, httpVersion = '1.1') {
  const body = method === 'POST' ? { body: '{"question":"x"}' } : {}
  return await server.app.request(
    `http://127.0.0.1:3000${path}`,
    { method, headers: { cookie, host: '127.0.0.1:3000', 'content-type': 'application/json', ...headers }, ...body },
    { incoming: { httpVersion, socket: { remoteAddress: '127.0.0.1' } } },
  )
}
const askMuch = async (headers: Record<string, string>, httpVersion?: string) => {
  const statuses: number[] = []
  for (let count = 0; count < 30; count += 1) {
    statuses.push((await request('POST', '/api/runs', headers, httpVersion)).status)
  }
  return statuses
}

test('whoever sits at the machine asks as much as they like and reads the metrics', async () => {
  expect(new Set(await askMuch({ origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-origin' }))).toEqual(
    new Set([201]),
  )
  expect((await request('GET', '/metrics', {})).status).toBe(200)
})

test.each([
  ['a word of who asks', { 'x-forwarded-for': '203.0.113.9' }, '1.1'],
  ['a word of itself', { via: '1.1 proxy' }, '1.1'],
  ['nothing, as nginx does where it is told nothing', { connection: 'close' }, '1.0'],
])('a proxy that passes on %s is not this machine: limits hold, metrics are shut', async (_name, headers, version) => {
  const statuses = await askMuch(headers as Record<string, string>, version)
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(5)
  expect((await request('GET', '/metrics', headers as Record<string, string>, version)).status).toBe(403)
})

test('a browser behind a proxy that changes the host is told so, and changes nothing', async () => {
  const refused = await request('POST', '/api/runs', {
    origin: 'https://work.example',
    'sec-fetch-site': 'same-origin',
  })
  expect([refused.status, ((await refused.json()) as Problem).detail]).toEqual([
    403,
    expect.stringContaining('proxy_set_header Host') as unknown,
  ])
})
