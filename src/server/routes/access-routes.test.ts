import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Problem } from '../../shared/problem.ts'
import { composeServer } from '../compose.ts'
import { parseSettings } from '../settings.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-access-'))
let server: Awaited<ReturnType<typeof composeServer>>
beforeAll(async () => {
  const settings = {
    DATA_DIR: dir,
    MODEL_BASE_URL: 'http://127.0.0.1:9/v1',
    SHUTDOWN_GRACE_S: '0',
    ACCESS_CODE: 'open sesame',
    TRUST_PROXY: '10.0.0.0/8',
    PUBLIC_URL: 'https://work.example',
  }
  server = await composeServer(parseSettings(settings), () => {})
})
afterAll(async () => {
  await server.shutDown()
  await server.close()
  rmSync(dir, { recursive: true, force: true })
})

async function post(path: string, body: unknown, headers: Record<string, string> = {}, peer = '203.0.113.7') {
  return await server.app.request(
    `http://127.0.0.1:3000${path}`,
    { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) },
    { incoming: { socket: { remoteAddress: peer } } },
  )
}
const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
const codeOf = async (response: Response) => ((await response.json()) as Problem).code

describe('with an access code', () => {
  test('asking and uploading need it, a visitor who gave it may, another may not', async () => {
    const refused = await post('/api/runs', { question: 'x' })
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'access-code-required'])
    expect((await post('/api/media', { url: 'https://a.example/' })).status).toBe(401)
    const visitor = cookiesOf(await server.app.request('http://127.0.0.1:3000/api/config'))
    const wrong = await post('/api/access', { code: 'wrong' }, { cookie: visitor })
    expect([wrong.status, await codeOf(wrong)]).toEqual([403, 'access-code-wrong'])
    expect(wrong.headers.getSetCookie()).toEqual([])
    const entered = await post('/api/access', { code: 'open sesame' }, { cookie: visitor })
    expect(entered.status).toBe(204)
    const pass = cookiesOf(entered)
    expect((await post('/api/runs', { question: 'x' }, { cookie: `${visitor}; ${pass}` })).status).toBe(201)
    expect((await post('/api/runs', { question: 'x' }, { cookie: pass })).status).toBe(401)
  })

  test('reading does not need it', async () => {
    expect((await server.app.request('http://127.0.0.1:3000/api/config')).status).toBe(200)
    expect((await server.app.request('http://127.0.0.1:3000/api/runs')).status).toBe(200)
  })

  test('the address is what a trusted proxy says, and nobody else', async () => {
    const guess = (peer: string, forwarded: string) =>
      post('/api/access', { code: 'guess' }, { 'x-forwarded-for': forwarded }, peer)
    for (let index = 0; index < 8; index += 1) await guess('10.1.1.1', '192.0.2.1')
    expect((await guess('10.1.1.1', '192.0.2.1')).status).toBe(429)
    expect((await guess('10.1.1.1', '192.0.2.2')).status).toBe(403)
    for (let index = 0; index < 8; index += 1) await guess('192.0.2.9', `192.0.2.${100 + index}`)
    expect((await guess('192.0.2.9', '192.0.2.200')).status).toBe(429)
  })
})

describe('cookies', () => {
  test('carry the __Host- prefix and Secure where the person came over TLS, and neither on plain http', async () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'work.example' }
    const behind = await post('/api/access', { code: 'open sesame' }, headers, '10.1.1.1')
    const cookies = behind.headers.getSetCookie()
    expect(cookies).toHaveLength(2)
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-(visitor|access)=/)
      expect(cookie).toMatch(/; Secure/)
      expect(cookie).toMatch(/; HttpOnly/)
      expect(cookie).toMatch(/; SameSite=Lax/)
      expect(cookie).toMatch(/; Path=\//)
    }
    const plain = await post('/api/access', { code: 'open sesame' })
    expect(plain.headers.getSetCookie().join()).not.toMatch(/__Host-|Secure/)
  })
})
