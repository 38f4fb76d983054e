import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Media } from '../shared/media.ts'
import type { Problem } from '../shared/problem.ts'
import type { Run, RunEvent } from '../shared/run/run.ts'
import { composeServer } from './compose.ts'
import { parseSettings } from './settings.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-app-'))
let server: Awaited<ReturnType<typeof composeServer>>
beforeAll(async () => {
  // An address where nothing answers: what is asked here fails at once and touches nothing.
  const settings = { DATA_DIR: dir, MODEL_BASE_URL: 'http://127.0.0.1:9/v1', SHUTDOWN_GRACE_S: '0' }
  server = await composeServer(parseSettings(settings), () => {})
})
afterAll(async () => {
  await server.shutDown()
  await server.close()
  rmSync(dir, { recursive: true, force: true })
})

const request = async (path: string, init: RequestInit = {}) =>
  await server.app.request(`http://localhost:3000${path}`, init)
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  request(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? ''

describe('the guard', () => {
  test('refuses an unknown host, a foreign origin and a cross-site change, and lets a script pass', async () => {
    expect((await request('/api/config', { headers: { host: 'evil.example' } })).status).toBe(421)
    expect((await post('/api/runs', { question: 'x' }, { origin: 'http://evil.example' })).status).toBe(403)
    expect((await post('/api/runs', { question: 'x' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await post('/api/runs', { question: 'x' })).status).toBe(201)
  })
})

describe('bad input answers problem+json with a code and what to do', () => {
  test.each([
    ['not JSON', '{', 400, 'bad-request'],
    ['no question', {}, 400, 'bad-request'],
    ['an empty question', { question: '  ' }, 422, 'question-empty'],
    ['a question that nobody sees', { question: '\u200B\u2060\u0000 \u3164' }, 422, 'question-empty'],
    ['a long question', { question: 'x'.repeat(20_001) }, 422, 'question-too-long'],
    ['an unknown model', { question: 'x', model: 'none' }, 422, 'unknown-model'],
    ['unknown media', { question: 'x', media: ['nope'] }, 404, 'unknown-media'],
    ['too many media', { question: 'x', media: Array.from({ length: 9 }, () => 'a') }, 422, 'too-many-media'],
    [
      'no thinking where it always thinks',
      { question: 'x', model: 'qvq-max', thinking: { enabled: false } },
      422,
      'thinking-not-switchable',
    ],
    [
      'too large a budget',
      { question: 'x', model: 'qvq-max', thinking: { enabled: true, budget: 99_999 } },
      422,
      'budget-out-of-range',
    ],
  ])('%s', async (_name, body, status, code) => {
    const response = await post('/api/runs', body)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    const problem = (await response.json()) as Problem
    expect({ status: response.status, code: problem.code }).toEqual({ status, code })
    expect(problem.detail).not.toBe('')
  })

  test('a path, an event number and a cursor that are none', async () => {
    expect((await request('/api/nothing')).status).toBe(404)
    const made = await post('/api/runs', { question: 'x' })
    const { id } = (await made.json()) as Run
    const headers = { cookie: cookieOf(made) }
    expect((await request(`/api/runs/${id}/events?after=x`, { headers })).status).toBe(400)
    expect((await request('/api/runs?cursor=x', { headers })).status).toBe(400)
  })
})

test('a method that a known address does not take is a 405 that names those it takes', async () => {
  for (const [method, path, allow] of [
    ['PUT', '/api/runs', 'HEAD, GET, POST, DELETE'],
    ['POST', '/api/config', 'HEAD, GET'],
    ['GET', '/api/media', 'POST'],
    ['DELETE', '/api/media/x', 'HEAD, GET'],
    ['PUT', '/api/runs/x', 'HEAD, GET, PATCH, DELETE'],
    ['GET', '/api/runs/x/stop', 'POST'],
    ['POST', '/r/x', 'HEAD, GET'],
    ['POST', '/healthz', 'HEAD, GET'],
  ] as const) {
    const response = await request(path, { method })
    expect({ path, status: response.status, allow: response.headers.get('allow') }).toEqual({
      path,
      status: 405,
      allow,
    })
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(((await response.json()) as Problem).code).toBe('method-not-allowed')
  }
  expect((await request('/api/nothing', { method: 'POST' })).status).toBe(404)
  expect((await request('/nothing', { method: 'POST' })).status).toBe(404)
})

test('a run streams its events numbered to its end, then answers 204; somebody else sees a 404 everywhere', async () => {
  const made = await post('/api/runs', { question: 'Is anybody there?' })
  const run = (await made.json()) as Run
  const headers = { cookie: cookieOf(made) }
  await post(`/api/runs/${run.id}/stop`, {}, headers)
  const stream = await request(`/api/runs/${run.id}/events?after=0`, { headers })
  expect(stream.headers.get('cache-control')).toContain('no-transform')
  const events = (await stream.text())
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => JSON.parse(line.slice(5)) as RunEvent)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  expect(events.at(-1)?.type).toMatch(/finish|error/)
  expect((await request(`/api/runs/${run.id}/events?after=${events.length}`, { headers })).status).toBe(204)
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/events'],
    ['POST', '/stop'],
    ['POST', '/restore'],
    ['DELETE', ''],
  ] as const) {
    expect((await request(`/api/runs/${run.id}${path}`, { method })).status).toBe(404)
  }
})

test('a picture is stored once per visitor and given to its owner only', async () => {
  const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#abc' } })
    .png()
    .toBuffer()
  const send = async (headers: Record<string, string>) => {
    const body = new FormData()
    body.set('file', new File([new Uint8Array(png)], 'a.png', { type: 'image/png' }))
    return await request('/api/media', { method: 'POST', body, headers })
  }
  const first = await send({})
  const headers = { cookie: cookieOf(first) }
  const media = (await first.json()) as Media
  expect(media).toMatchObject({ kind: 'image', mime: 'image/png', width: 64, height: 64 })
  expect(((await (await send(headers)).json()) as Media).id).toBe(media.id)
  expect(new Uint8Array(await (await request(`/api/media/${media.id}`, { headers })).arrayBuffer())).toEqual(
    new Uint8Array(png),
  )
  expect((await request(`/api/media/${media.id}`)).status).toBe(404)
  const thumb = await request(`/api/media/${media.id}/thumb`, { headers })
  expect(await sharp(await thumb.arrayBuffer()).metadata()).toMatchObject({ format: 'webp', width: 96, height: 96 })
  expect((await request(`/api/media/${media.id}/thumb`)).status).toBe(404)
})

test('a picture asked about before says in which run', async () => {
  const png = await sharp({ create: { width: 70, height: 64, channels: 3, background: '#cba' } })
    .png()
    .toBuffer()
  let headers = {}
  const send = async () => {
    const body = new FormData()
    body.set('file', new File([new Uint8Array(png)], 'a.png', { type: 'image/png' }))
    const response = await request('/api/media', { method: 'POST', body, headers })
    if (response.headers.has('set-cookie')) headers = { cookie: cookieOf(response) }
    return (await response.json()) as Media
  }
  const media = await send()
  expect((await send()).asked).toBeUndefined()
  const question = { question: 'What is it?', media: [media.id], model: 'qwen3.8-flash', highResolution: true }
  const made = await post('/api/runs', question, headers)
  const run = (await made.json()) as Run
  expect(run.media[0]).toMatchObject({ id: media.id, isHighResolution: true })
  expect((await send()).asked).toEqual({ id: run.id, question: 'What is it?' })
  await request(`/api/runs/${run.id}`, { method: 'DELETE', headers })
  expect((await send()).asked).toBeUndefined()
})

test('a wrong setting stops the start with a sentence that names it', () => {
  expect(() => parseSettings({ PORT: 'many' })).toThrow(/PORT/)
  expect(() => parseSettings({ MODEL_PROTOCOL: 'soap' })).toThrow(/MODEL_PROTOCOL/)
  expect(() => parseSettings({ TRUST_PROXY: 'proxy' })).toThrow(/TRUST_PROXY/)
  expect(() => parseSettings({ DATABASE_URL: 'mysql://x' })).toThrow(/DATABASE_URL/)
})
