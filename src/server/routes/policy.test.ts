import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Problem } from '../../shared/problem.ts'
import type { Share } from '../../shared/share.ts'
import { composeServer } from '../compose.ts'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import { parseSettings } from '../settings.ts'
import { archiveHeader, toArchiveLine } from '../../shared/archive.ts'
import { readStatedCost } from './policy.ts'

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

async function open(database: TestDatabase, over: Record<string, string> = {}) {
  const settings = { ...database.env, MODEL_BASE_URL: 'http://127.0.0.1:9/v1', SHUTDOWN_GRACE_S: '0', ...over }
  const server = await composeServer(parseSettings(settings), () => {})
  const request = async (method: string, path: string, cookie: string, body?: unknown, peer = '203.0.113.7') =>
    await server.app.request(
      `http://localhost:3000${path}`,
      {
        method,
        headers: { cookie, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      },
      { incoming: { httpVersion: '1.1', socket: { remoteAddress: peer } } },
    )
  const cookiesOf = (response: Response) =>
    response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ')
  return {
    app: server.app,
    request,
    fresh: async () => cookiesOf(await request('GET', '/api/config', '')),
    async enter(cookie: string) {
      return `${cookie}; ${cookiesOf(await request('POST', '/api/access', cookie, { code: 'open sesame' }))}`
    },
    /** A finished run with a link to it. */
    async share(cookie: string) {
      const run = {
        type: 'run' as const,
        id: 'r',
        question: 'x',
        media: [],
        model: 'm',
        thinking: { enabled: false },
        createdAt: 0,
        thinkingText: '',
        answerText: 'x',
        timeline: 'a0.1\nf0.stop',
      }
      const file = [archiveHeader, run].map(toArchiveLine).join('')
      const { last } = (await (await request('POST', '/api/runs/import', cookie, file)).json()) as { last: string }
      const made = await request('POST', `/api/runs/${last}/shares`, cookie, {})
      return { run: last, share: ((await made.json()) as Share).id }
    },
    async end() {
      await server.shutDown()
      await server.close()
    },
  }
}

const countOf = (statuses: number[]) => {
  const counts: Record<number, number> = {}
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

eachDatabase((create) => {
  let database: TestDatabase
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    // Nothing is earned again while the test runs.
    vi.useFakeTimers({ toFake: ['Date'] })
    database = await create()
    server = await open(database, { ACCESS_CODE: 'open sesame', PUBLIC_URL: 'http://work.example' })
  })
  afterAll(async () => {
    await server.end()
    await database.drop()
    vi.useRealTimers()
  })

  test('every changing route states what it costs before anything else of it runs', () => {
    const first = new Map<string, object>()
    for (const { method, path, handler } of server.app.routes) {
      if (!changing.has(method)) continue
      const route = `${method} ${path}`
      if (!first.has(route)) first.set(route, handler)
    }
    const costs = [...first].map(([route, handler]) => [route, readStatedCost(handler)])
    expect(costs.length).toBeGreaterThan(20)
    expect(costs.filter(([, cost]) => cost === undefined)).toEqual([])
    expect(Object.fromEntries(costs)).toMatchObject({
      'POST /api/runs': 'asking',
      'POST /api/shares/:id/copies': 'copying',
      'POST /api/runs/:id/shares': 'writing',
      'DELETE /api/shares/:id': 'ending',
      'DELETE /api/admin/shares': 'administering',
    })
  })

  test('a copy of a link needs the access code, and goes at the rate of uploads', async () => {
    const owner = await server.enter(await server.fresh())
    const { share } = await server.share(owner)
    const stranger = await server.fresh()
    const refused = await server.request('POST', `/api/shares/${share}/copies`, stranger, {})
    expect([refused.status, ((await refused.json()) as Problem).code]).toEqual([401, 'access-code-required'])
    const visitor = await server.enter(stranger)
    const copies = await Promise.all(
      Array.from({ length: 65 }, () => server.request('POST', `/api/shares/${share}/copies`, visitor, {})),
    )
    expect(countOf(copies.map(({ status }) => status))).toEqual({ 201: 60, 429: 5 })
    for (const late of copies.filter(({ status }) => status === 429)) {
      expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(((await late.json()) as Problem).code).toBe('uploads-per-minute')
    }
  })

  test('links have a rate; what is there can be revoked and deleted however much was written', async () => {
    const owner = await server.enter(await server.fresh())
    const { run, share } = await server.share(owner)
    const made = await Promise.all(
      Array.from({ length: 140 }, () => server.request('POST', `/api/runs/${run}/shares`, owner, {})),
    )
    // One more was made before.
    expect(countOf(made.map(({ status }) => status))).toEqual({ 201: 119, 429: 21 })
    expect((await server.request('PATCH', `/api/runs/${run}`, owner, { title: 'x' })).status).toBe(429)
    expect((await server.request('PATCH', `/api/shares/${share}`, owner, {})).status).toBe(429)
    const revoked = await Promise.all(
      made
        .filter(({ status }) => status === 201)
        .map(async (response) =>
          server.request('DELETE', `/api/shares/${((await response.json()) as Share).id}`, owner),
        ),
    )
    expect(countOf(revoked.map(({ status }) => status))).toEqual({ 204: 119 })
    expect((await server.request('DELETE', '/api/shares', owner)).status).toBe(204)
    expect((await server.request('DELETE', `/api/runs/${run}`, owner)).status).toBe(204)
    // Undoing writes, so it waits its time.
    expect((await server.request('POST', `/api/runs/${run}/restore`, owner)).status).toBe(429)
  })

  test('an address has a rate too, whatever cookies it comes with, and another address has its own', async () => {
    const change = (peer: string) => server.request('PATCH', '/api/runs/none', '', { title: 'x' }, peer)
    expect((await change('198.51.100.9')).status).toBe(404)
    const { db } = await database.open()
    // As if 2,399 more had come from there.
    const late = { earned_at: Date.now() + 60_000 }
    await db.updateTable('rates').set(late).where('scope', 'like', 'writes:address:%').execute()
    expect((await change('198.51.100.9')).status).toBe(429)
    expect((await change('198.51.100.10')).status).toBe(404)
    const visitors = await db.selectFrom('rates').select('scope').where('scope', 'like', 'writes:visitor:%').execute()
    await change('198.51.100.9')
    expect(await db.selectFrom('rates').select('scope').where('scope', 'like', 'writes:visitor:%').execute()).toEqual(
      visitors,
    )
  })

  test('where only this machine reaches the server, ten times as much and not without end', async () => {
    const own = await open(database)
    const visitor = await own.fresh()
    const add = () => own.request('POST', '/api/media', visitor, undefined, '127.0.0.1')
    const statuses = await Promise.all(Array.from({ length: 605 }, add))
    expect(countOf(statuses.map(({ status }) => status))).toEqual({ 415: 600, 429: 5 })
    await own.end()
  })
})
