import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Run } from '../../shared/run/run.ts'
import { composeServer } from '../compose.ts'
import { createLog } from '../metrics/log.ts'
import { parseSettings } from '../settings.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-observe-'))
const lines: string[] = []
const upstreamHeaders: IncomingHttpHeaders[] = []
const key = 'sk-canary-0123456789'
let upstream: Server
let server: Awaited<ReturnType<typeof composeServer>>

beforeAll(async () => {
  upstream = createHttpServer((request, response) => {
    upstreamHeaders.push(request.headers)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const send = (value: object) => response.write(`data: ${JSON.stringify(value)}\n\n`)
    send({ choices: [{ delta: { reasoning_content: 'hm' } }] })
    send({ choices: [{ delta: { content: 'private answer' } }] })
    send({ choices: [{ delta: {}, finish_reason: 'stop' }], usage: { prompt_tokens: 70, completion_tokens: 30 } })
    response.end('data: [DONE]\n\n')
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const settings = parseSettings({
    DATA_DIR: dir,
    MODEL_BASE_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`,
    MODEL_API_KEY: key,
    ADMIN_CODE: 'operator code',
    SHUTDOWN_GRACE_S: '5',
  })
  const log = createLog('info', [key], (line) => lines.push(line))
  server = await composeServer(settings, (error) => log.error({ err: error }, 'failure'), undefined, log)
})
afterAll(async () => {
  await server.shutDown()
  await server.close()
  upstream.close()
  rmSync(dir, { recursive: true, force: true })
})

const request = async (path: string, init: RequestInit = {}, peer = '203.0.113.77', host = 'localhost:3000') =>
  await server.app.request(`http://${host}${path}`, init, { incoming: { socket: { remoteAddress: peer } } })
const ask = async (headers: Record<string, string> = {}) =>
  await request('/api/runs', {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie: 'visitor=AAAAAAAAAAAAAAAAAAAAAA', ...headers },
    body: JSON.stringify({ question: 'private question' }),
  })
const bearer = (code: string) => ({ headers: { authorization: `Bearer ${code}` } })

describe('one request id', () => {
  test('leads from the browser through the response and the log to the upstream', async () => {
    const before = upstreamHeaders.length
    const made = await ask({ 'x-request-id': 'from-the-browser-1' })
    expect(made.headers.get('x-request-id')).toBe('from-the-browser-1')
    const { id } = (await made.json()) as Run
    const cookie = 'visitor=AAAAAAAAAAAAAAAAAAAAAA'
    await (await request(`/api/runs/${id}/events`, { headers: { cookie } })).text()
    expect(upstreamHeaders[before]?.['x-request-id']).toBe('from-the-browser-1')
    const logged = lines.filter((line) => line.includes('from-the-browser-1'))
    expect(logged.map((line) => (JSON.parse(line) as { msg: string }).msg).sort()).toEqual(['request', 'run'])
  })
  test('is made where none, or none that could be one, was sent', async () => {
    for (const sent of ['', 'short', 'a b c d e f', 'x'.repeat(100), '"><script>', '../../../etc']) {
      const got = (await request('/api/config', { headers: { 'x-request-id': sent } })).headers.get('x-request-id')
      expect(got).toMatch(/^[\w-]{16}$/)
    }
  })
})

test('the log knows nobody and nothing that was said', async () => {
  await ask({ 'x-forwarded-for': '198.51.100.99', 'user-agent': 'private browser' })
  await request('/api/runs?q=private+search')
  await request('/api/runs/private-id')
  await request('/private/path')
  const text = lines.join('')
  expect(lines.length).toBeGreaterThan(5)
  expect(text).not.toMatch(/private|203\.0\.113|198\.51\.100|AAAAAAAAAA/)
  for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow()
})

test('a secret is blotted out even where an error carries it', () => {
  const seen: string[] = []
  const log = createLog('info', [key, undefined, 'x'], (line) => seen.push(line))
  log.error({ err: new Error(`refused ${key}`) }, `with ${key}`)
  expect(seen.join('')).not.toContain(key)
  expect(seen.join('')).toContain('[secret]')
})

describe('/metrics', () => {
  test('answers this machine, and elsewhere the operator’s code only', async () => {
    expect((await request('/metrics', {}, '127.0.0.1')).status).toBe(200)
    expect((await request('/metrics', {}, '::1')).status).toBe(200)
    expect((await request('/metrics')).status).toBe(403)
    expect((await request('/metrics', bearer('wrong'))).status).toBe(403)
    expect((await request('/metrics', bearer('operator code'))).status).toBe(403)
    expect((await request('/metrics', bearer('operator%20code'))).status).toBe(403)
    const basic = { headers: { authorization: `Basic ${btoa('prometheus:operator code')}` } }
    expect((await request('/metrics', basic)).status).toBe(200)
    expect((await request('/metrics', basic, '203.0.113.77', 'anything.example')).status).toBe(200)
    expect((await server.app.request('http://localhost/metrics')).status).toBe(403)
  })
  test('not a page of another site that reaches this machine, nor whoever a proxy on it brings', async () => {
    expect((await request('/metrics', {}, '127.0.0.1', 'rebound.example')).status).toBe(403)
    expect((await request('/metrics', { headers: { 'x-forwarded-for': '1.1.1.1' } }, '127.0.0.1')).status).toBe(403)
  })
  test('guessing the code is slowed down', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 30 }, () => request('/metrics', bearer('guess'), '198.51.100.5')),
    )
    expect(guesses.filter(({ status }) => status === 403)).toHaveLength(8)
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(22)
  })
  test('counts runs, tokens, times, refusals and commits, and names nobody', async () => {
    await request('/api/media/none')
    const text = await (await request('/metrics', {}, '127.0.0.1')).text()
    const value = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? NaN)
    expect(value(/showwork_runs_total\{[^}]*outcome="stop"\} (\d+)/)).toBeGreaterThanOrEqual(1)
    expect(value(/showwork_tokens_total\{[^}]*kind="input"\} (\d+)/)).toBeGreaterThanOrEqual(70)
    expect(value(/showwork_first_thinking_seconds_count\{[^}]*\} (\d+)/)).toBeGreaterThanOrEqual(1)
    expect(value(/showwork_first_answer_seconds_count\{[^}]*\} (\d+)/)).toBeGreaterThanOrEqual(1)
    expect(value(/showwork_commit_seconds_count (\d+)/)).toBeGreaterThanOrEqual(1)
    expect(value(/showwork_refusals_total\{code="unknown-media"\} (\d+)/)).toBeGreaterThanOrEqual(1)
    expect(value(/^nodejs_eventloop_lag_p99_seconds (\S+)/m)).toBeGreaterThanOrEqual(0)
    expect(value(/showwork_viewers (\d+)/)).toBe(0)
    expect(text).toMatch(/route="\/api\/runs\/:id"/)
    expect(text).not.toMatch(/private|203\.0\.113|AAAAAAAA|canary/)
  })
})

test('the example dashboard asks for metrics that are there', async () => {
  const text = await (await request('/metrics', {}, '127.0.0.1')).text()
  const dashboard = readFileSync(join(import.meta.dirname, '../../../docs/grafana-dashboard.json'), 'utf8')
  const asked = new Set(dashboard.match(/\b(?:showwork|nodejs|process)_\w+/g))
  expect(asked.size).toBeGreaterThan(12)
  for (const name of asked) expect(text).toContain(`# TYPE ${name.replace(/_(bucket|count|sum)$/, '')} `)
})
