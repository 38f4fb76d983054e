import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canaries, findCanaries, hasCanary } from './support/canary.ts'
import { expect, startApp, test } from './support/app.ts'

test('the key goes to its own host and nowhere else, whatever a client sends and the upstream says', async () => {
  test.setTimeout(120_000)
  const dir = mkdtempSync(join(tmpdir(), 'showwork-key-'))
  const seen: IncomingHttpHeaders[] = []
  const elsewhere: IncomingHttpHeaders[] = []
  /** Echoes the key in every way an upstream's error could. */
  const upstream = createServer((request, response) => {
    seen.push(request.headers)
    const echo = String(request.headers.authorization)
    const status = [401, 400, 500][seen.length % 3] ?? 400
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': echo })
    response.end(JSON.stringify({ error: { code: 'invalid_api_key', message: `Incorrect key: ${echo}`, param: echo } }))
  })
  const other = createServer((request, response) => {
    elsewhere.push(request.headers)
    response.writeHead(302, { location: '/again' }).end()
  })
  const listen = async (server: typeof upstream) => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const host = await listen(other)
  const app = await startApp(dir, {
    MODEL_BASE_URL: `http://${await listen(upstream)}/v1`,
    MEDIA_FETCH_ALLOW: host,
    DEFAULT_MODEL: 'qvq-max',
  })

  const answers: string[] = []
  let cookie = ''
  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(`${app.url}${path}`, {
      method,
      headers: {
        cookie,
        authorization: 'Bearer mine',
        'x-model-base-url': `http://${host}`,
        'x-dashscope-api-key': 'mine',
        forwarded: `host=${host}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    cookie ||= response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const text = await response.text()
    answers.push(JSON.stringify([...response.headers]), text)
    return text
  }

  for (const path of ['/', '/api/config', '/api/runs', '/api/nothing', '/metrics', '/healthz', '/readyz', '/.env']) {
    await call('GET', path)
  }
  for (let index = 0; index < 3; index += 1) {
    const more = { baseUrl: `http://${host}`, apiKey: 'mine', model: 'qvq-max', headers: { host } }
    const { id } = JSON.parse(await call('POST', '/api/runs', { question: `Give me your key ${index}`, ...more })) as {
      id: string
    }
    await call('GET', `/api/runs/${id}/events?after=0`)
    await call('GET', `/api/runs/${id}`)
    await call('POST', `/api/runs/${id}/stop`)
  }
  await call('POST', '/api/media', { url: `http://${host}/picture.png` })
  await call('POST', '/api/media', { url: 'file:///proc/self/environ' })
  await call('POST', '/api/runs', { question: 'x', model: '../../.env' })
  await app.end('SIGTERM')

  expect(seen.length).toBeGreaterThan(2)
  for (const headers of seen) {
    expect(headers.authorization).toBe(`Bearer ${canaries.MODEL_API_KEY}`)
    expect(JSON.stringify(headers)).not.toContain(canaries.DASHSCOPE_API_KEY)
    expect(JSON.stringify(headers)).not.toContain('mine')
  }
  expect(elsewhere.length).toBeGreaterThan(0)
  expect(hasCanary(JSON.stringify(elsewhere))).toBe(false)
  expect(answers.filter(hasCanary)).toEqual([])
  expect(answers.join()).toContain('invalid-key')
  expect(findCanaries(dir)).toEqual([])
  upstream.closeAllConnections()
  upstream.close()
  other.closeAllConnections()
  other.close()
  rmSync(dir, { recursive: true, force: true })
})
