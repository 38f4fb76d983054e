import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Overview, SharesPage } from '../../shared/admin.ts'
import type { Problem } from '../../shared/problem.ts'
import type { Run } from '../../shared/run/run.ts'
import type { Share } from '../../shared/share.ts'
import { composeServer } from '../compose.ts'
import { parseSettings } from '../settings.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-admin-'))
let upstream: Server
let hungUp = 0
let server: Awaited<ReturnType<typeof composeServer>>
beforeAll(async () => {
  upstream = createHttpServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`data: ${JSON.stringify({ choices: [{ delta: { reasoning_content: 'private thought' } }] })}\n\n`)
    response.on('close', () => (hungUp += 1))
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const settings = {
    DATA_DIR: dir,
    MODEL_BASE_URL: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`,
    ADMIN_CODE: 'operator code',
    TOTAL_TOKENS_PER_DAY: '2000000',
    SHUTDOWN_GRACE_S: '0',
  }
  server = await composeServer(parseSettings(settings), () => {})
})
afterAll(async () => {
  await server.shutDown()
  await server.close()
  upstream.closeAllConnections()
  upstream.close()
  rmSync(dir, { recursive: true, force: true })
})

function createBrowser() {
  const cookies = new Map<string, string>()
  return async (method: string, path: string, body?: unknown) => {
    const response = await server.app.request(
      `http://localhost:3000${path}`,
      {
        method,
        headers: {
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      },
      { incoming: { socket: { remoteAddress: '127.0.0.1' } } },
    )
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = cookie.split(';')[0]?.split('=') ?? []
      cookies.set(name, value)
    }
    return response
  }
}

const routes: [string, string][] = [
  ['GET', '/api/admin'],
  ['POST', '/api/admin/runs/x/stop'],
  ['GET', '/api/admin/shares'],
  ['DELETE', '/api/admin/shares'],
  ['DELETE', '/api/admin/shares/x'],
  ['PUT', `/api/admin/blocked/${'0'.repeat(64)}`],
  ['DELETE', `/api/admin/blocked/${'0'.repeat(64)}`],
]
test.each(routes)('%s %s is for the operator only', async (method, path) => {
  const visitor = createBrowser()
  const refused = await visitor(method, path)
  expect([refused.status, ((await refused.json()) as Problem).code]).toEqual([401, 'admin-code-required'])
  // The code for asking is not the operator's, and a wrong one opens nothing.
  expect((await visitor('POST', '/api/admin/enter', { code: 'wrong' })).status).toBe(403)
  expect((await visitor(method, path)).status).toBe(401)
})

describe('the operator', () => {
  const operator = createBrowser()
  const visitor = createBrowser()
  const overview = async () => (await (await operator('GET', '/api/admin')).json()) as Overview

  test('sees what is spent and what is live, without a word of it, and stops a run at the upstream too', async () => {
    expect((await operator('POST', '/api/admin/enter', { code: 'operator code' })).status).toBe(204)
    const made = await visitor('POST', '/api/runs', { question: 'private question' })
    const { id } = (await made.json()) as Run
    const seen = await overview()
    expect(seen.total.runs).toBe(1)
    expect(seen.total.tokens).toBeGreaterThan(1_000)
    expect(seen.limits).toEqual({ tokens: 2_000_000 })
    expect(seen.live.map((run) => run.id)).toEqual([id])
    expect(seen.visitors).toHaveLength(1)
    expect(seen.visitors[0]?.visitor).toBe(seen.live[0]?.visitor)
    expect(JSON.stringify(seen)).not.toContain('private')
    expect((await operator('POST', `/api/admin/runs/${id}/stop`)).status).toBe(204)
    await expect.poll(() => hungUp).toBe(1)
    expect(((await (await visitor('GET', `/api/runs/${id}`)).json()) as Run).finish).toBe('stopped')
    expect((await overview()).live).toEqual([])
    expect((await operator('POST', '/api/admin/runs/none/stop')).status).toBe(404)
  })

  test('blocks a visitor, who keeps what is there but asks no more, and lets them in again', async () => {
    const { visitor: hash = '' } = (await overview()).visitors[0] ?? {}
    expect((await operator('PUT', `/api/admin/blocked/${hash}`)).status).toBe(204)
    expect((await operator('PUT', `/api/admin/blocked/${hash}`)).status).toBe(204)
    const refused = await visitor('POST', '/api/runs', { question: 'again' })
    expect([refused.status, ((await refused.json()) as Problem).code]).toEqual([403, 'visitor-blocked'])
    expect((await visitor('GET', '/api/runs')).status).toBe(200)
    expect((await overview()).visitors[0]?.isBlocked).toBe(true)
    expect((await operator('DELETE', `/api/admin/blocked/${hash}`)).status).toBe(204)
    expect((await visitor('POST', '/api/runs', { question: 'again' })).status).toBe(201)
    expect((await operator('PUT', '/api/admin/blocked/nobody')).status).toBe(404)
  })
})

describe('all links', () => {
  const operator = createBrowser()
  const [one, other] = [createBrowser(), createBrowser()]
  const page = async (cursor?: string) => {
    const path = `/api/admin/shares${cursor === undefined ? '' : `?cursor=${cursor}`}`
    return (await (await operator('GET', path)).json()) as SharesPage
  }
  const share = async (visitor: typeof one, run: string, days: number | null = 30) =>
    (await (await visitor('POST', `/api/runs/${run}/shares`, { expiresInDays: days })).json()) as Share
  const ask = async (visitor: typeof one) =>
    ((await (await visitor('POST', '/api/runs', { question: 'private question' })).json()) as Run).id

  test('are listed in pages, newest first, without a word of what they show; those that open nothing are not', async () => {
    await operator('POST', '/api/admin/enter', { code: 'operator code' })
    const [run, deleted, theirs] = [await ask(one), await ask(one), await ask(other)]
    const made: string[] = []
    for (let count = 0; count < 60; count += 1) made.unshift((await share(one, run, count === 0 ? null : 30)).id)
    await share(one, deleted)
    await one('DELETE', `/api/runs/${deleted}`)
    const newest = await share(other, theirs)
    const first = await page()
    expect([first.total, first.items.length, first.items[0]?.id]).toEqual([61, 50, newest.id])
    const second = await page(first.next)
    expect([second.items.length, second.next, second.items.at(-1)?.expiresAt]).toEqual([11, undefined, null])
    const listed = [...first.items, ...second.items]
    expect(listed.map(({ id }) => id).toSorted()).toEqual([newest.id, ...made].toSorted())
    expect(listed.map(({ createdAt }) => createdAt)).toEqual(
      listed.map(({ createdAt }) => createdAt).toSorted((a, b) => b - a),
    )
    expect(new Set(listed.map(({ visitor }) => visitor)).size).toBe(2)
    expect(JSON.stringify(listed)).not.toMatch(new RegExp(`private|${run}`))
    expect((await operator('GET', '/api/admin/shares?cursor=x')).status).toBe(400)
  })

  test('are gone at once, one or all of them, whoever made them', async () => {
    const [{ id = '' } = {}, { id: second = '' } = {}] = (await page()).items
    const open = async (link: string) => (await other('GET', `/api/shares/${link}`)).status
    expect([await open(id), await open(second)]).toEqual([200, 200])
    expect((await operator('DELETE', `/api/admin/shares/${id}`)).status).toBe(204)
    expect((await operator('DELETE', `/api/admin/shares/${id}`)).status).toBe(404)
    expect([await open(id), await open(second), (await page()).total]).toEqual([404, 200, 60])
    expect((await operator('DELETE', '/api/admin/shares')).status).toBe(204)
    expect([await open(second), await page()]).toEqual([404, { items: [], total: 0 }])
  })
})

test('without an ADMIN_CODE there is no operator’s view', async () => {
  const other = mkdtempSync(join(tmpdir(), 'showwork-admin-'))
  const plain = await composeServer(
    parseSettings({ DATA_DIR: other, MODEL_BASE_URL: 'http://127.0.0.1:9/v1' }),
    () => {},
  )
  expect((await plain.app.request('http://localhost/api/admin')).status).toBe(404)
  await plain.shutDown()
  await plain.close()
  rmSync(other, { recursive: true, force: true })
})
