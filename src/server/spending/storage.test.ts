import fc from 'fast-check'
import { randomBytes } from 'node:crypto'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { archiveHeader, toArchiveLine, type ArchivedRun } from '../../shared/archive.ts'
import type { Problem } from '../../shared/problem.ts'
import type { Run } from '../../shared/run/run.ts'
import type { Share } from '../../shared/share.ts'
import { composeServer } from '../compose.ts'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import { createRunStore } from '../runs/run-store.ts'
import { parseSettings } from '../settings.ts'
import { weighOlder } from './weigh-older.ts'

const megabyte = 1_000_000
const createCookie = () => `visitor=${randomBytes(16).toString('base64url')}`

let imported = 0
/** A finished run whose answer has so many characters of one byte. */
function toFile(...sizes: number[]): string {
  const runs = sizes.map((size): ArchivedRun => {
    imported += 1
    const text = 'x'.repeat(size)
    const timeline = `a1.${size.toString(36)}\n${JSON.stringify({ seq: 0, at: 9, type: 'finish', reason: 'stop' })}`
    const rest = { media: [], model: 'm', thinking: { enabled: false }, createdAt: 1, thinkingText: '' }
    return { type: 'run', id: `i${imported}`, question: 'x', answerText: text, timeline, ...rest }
  })
  return [archiveHeader, ...runs].map(toArchiveLine).join('')
}

async function open(database: TestDatabase, over: Record<string, string>) {
  const settings = { ...database.env, MODEL_BASE_URL: 'http://127.0.0.1:9/v1', SHUTDOWN_GRACE_S: '0' }
  const server = await composeServer(parseSettings({ ...settings, ...over }), () => {})
  const request = async (method: string, path: string, cookie: string, body?: object | string, peer = '203.0.113.7') =>
    await server.app.request(
      `http://localhost:3000${path}`,
      {
        method,
        headers: { cookie, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      },
      { incoming: { httpVersion: '1.1', socket: { remoteAddress: peer } } },
    )
  return {
    request,
    import: (cookie: string, sizes: number[], peer?: string) =>
      request('POST', '/api/runs/import', cookie, toFile(...sizes), peer),
    async upload(cookie: string, width: number, peer = '203.0.113.7') {
      const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
      const picture = await sharp({ create: { width, height: width, channels: 3, background: '#888', noise } })
        .png()
        .toBuffer()
      const body = new FormData()
      body.set('file', new File([new Uint8Array(picture)], 'a.png'))
      return await server.app.request(
        'http://localhost:3000/api/media',
        { method: 'POST', headers: { cookie }, body },
        { incoming: { httpVersion: '1.1', socket: { remoteAddress: peer } } },
      )
    },
    async end() {
      await server.shutDown()
      await server.close()
    },
  }
}
const codeOf = async (response: Response) => [response.status, ((await response.json()) as Problem).code]

eachDatabase((create) => {
  let database: TestDatabase
  let server: Awaited<ReturnType<typeof open>> | undefined
  beforeEach(async () => {
    database = await create()
  })
  afterEach(async () => {
    await server?.end()
    server = undefined
    await database.drop()
  })
  const readSum = async (table: 'runs' | 'media', visitor?: string) => {
    const { db } = await database.open()
    let query = db.selectFrom(table).select(({ fn }) => fn.sum<number>('bytes').as('bytes'))
    if (visitor !== undefined) query = query.where('visitor', '=', visitor)
    return Number((await query.executeTakeFirst())?.bytes)
  }

  test('a visitor keeps so much text, however it is imported and copied, all at once or bit by bit', async () => {
    const app = (server = await open(database, { VISITOR_TEXT_MB: '0.05', PUBLIC_URL: 'http://work.example' }))
    const owner = createCookie()
    const { last } = (await (await app.import(owner, [12_000])).json()) as { last: string }
    const made = await app.request('POST', `/api/runs/${last}/shares`, owner, {})
    const { id } = (await made.json()) as Share
    const act = fc.oneof(fc.constant('copy' as const), fc.array(fc.nat(20_000), { minLength: 1, maxLength: 4 }))
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 8 }), fc.boolean(), async (acts, isAtOnce) => {
        const visitor = createCookie()
        const perform = (wanted: (typeof acts)[number]) =>
          wanted === 'copy' ? app.request('POST', `/api/shares/${id}/copies`, visitor, {}) : app.import(visitor, wanted)
        const answers: Response[] = []
        if (isAtOnce) answers.push(...(await Promise.all(acts.map(perform))))
        else for (const each of acts) answers.push(await perform(each))
        for (const answer of answers) {
          if (answer.status !== 201) expect(await codeOf(answer)).toEqual([413, 'text-quota-full'])
        }
        const kept = await app.request('GET', '/api/runs', visitor)
        expect(kept.status).toBe(200)
      }),
      { numRuns: 12 },
    )
    const { db } = await database.open()
    const sums = await db
      .selectFrom('runs')
      .select(({ fn }) => fn.sum<number>('bytes').as('bytes'))
      .groupBy('visitor')
      .execute()
    expect(sums.length).toBeGreaterThan(5)
    expect(Math.max(...sums.map(({ bytes }) => Number(bytes)))).toBeLessThanOrEqual(0.05 * megabyte)
  })

  test('who keeps as much as may be asks no more until something is deleted', async () => {
    const app = (server = await open(database, { VISITOR_TEXT_MB: '0.02' }))
    const visitor = createCookie()
    expect((await app.import(visitor, [18_000])).status).toBe(201)
    expect((await app.request('POST', '/api/runs', visitor, { question: 'Why?' })).status).toBe(201)
    const { last } = (await (await app.import(visitor, [300])).json()) as { last: string }
    expect(await codeOf(await app.import(visitor, [5_000]))).toEqual([413, 'text-quota-full'])
    const { db } = await database.open()
    await db.updateTable('runs').set({ bytes: 20_000 }).where('id', '=', last).execute()
    const refused = await app.request('POST', '/api/runs', visitor, { question: 'Why?' })
    expect(await codeOf(refused)).toEqual([413, 'text-quota-full'])
    expect((await app.request('DELETE', '/api/runs?all=1', visitor)).status).toBe(200)
    expect((await app.request('POST', '/api/runs', visitor, { question: 'Why?' })).status).toBe(201)
    expect((await app.import(visitor, [15_000])).status).toBe(201)
  })

  test('from one address so much comes in a day, whoever brings it, text or picture, on all instances', async () => {
    const settings = { ADDRESS_ADDED_MB_PER_DAY: '0.2' }
    const app = (server = await open(database, settings))
    const other = await open(database, settings)
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? app : other).import(createCookie(), [20_000])),
    )
    const late = statuses.find(({ status }) => status !== 201)
    expect(statuses.filter(({ status }) => status === 201).length).toBe(9)
    expect(Number(late?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await codeOf(await app.upload(createCookie(), 100))).toEqual([429, 'added-per-day'])
    expect((await app.upload(createCookie(), 100, '203.0.113.8')).status).toBe(201)
    expect(await readSum('runs')).toBeLessThanOrEqual(0.2 * megabyte)
    await other.end()
  })

  test('all together keep so much', async () => {
    const app = (server = await open(database, { TOTAL_STORED_MB: '0.2' }))
    const statuses: number[] = []
    for (let at = 0; at < 12; at += 1) {
      const peer = `203.0.113.${at + 1}`
      const answer =
        at % 3 === 2 ? await app.upload(createCookie(), 100, peer) : await app.import(createCookie(), [20_000], peer)
      statuses.push(answer.status)
      if (answer.status !== 201) expect(await codeOf(answer)).toEqual([507, 'storage-full'])
    }
    expect(statuses).toContain(507)
    expect((await readSum('runs')) + (await readSum('media'))).toBeLessThanOrEqual(0.2 * megabyte)
    expect((await readSum('runs')) + (await readSum('media'))).toBeGreaterThan(0.1 * megabyte)
  })

  test('what an older version wrote is weighed later, as a new one weighs it', async () => {
    const app = (server = await open(database, {}))
    const visitor = createCookie()
    const { id } = (await (
      await app.request('POST', '/api/runs', visitor, { question: 'é'.repeat(500) })
    ).json()) as Run
    await app.request('POST', `/api/runs/${id}/stop`, visitor)
    await app.import(visitor, [7_000])
    await app.upload(visitor, 100)
    const [runs, media] = [await readSum('runs'), await readSum('media')]
    const { db } = await database.open()
    await db.updateTable('runs').set({ bytes: 0 }).execute()
    await db.updateTable('media').set({ bytes: 0 }).execute()
    await weighOlder(db)
    expect([await readSum('runs'), await readSum('media')]).toEqual([runs, media + 1])
    await createRunStore(db).purge(Date.now())
  })

  describe('with the disk nearly full', () => {
    test('what is there can be read, ended, revoked and deleted, and nothing is added', async () => {
      const visitor = createCookie()
      const before = await open(database, {})
      const { last } = (await (await before.import(visitor, [500])).json()) as { last: string }
      const link = (await (await before.request('POST', `/api/runs/${last}/shares`, visitor, {})).json()) as Share
      await before.end()
      const app = (server = await open(database, { DISK_RESERVE_MB: '1000000000' }))
      const full = [507, 'storage-full']
      expect(await codeOf(await app.import(visitor, [500]))).toEqual(full)
      expect(await codeOf(await app.upload(visitor, 100))).toEqual(full)
      for (const [method, path, body] of [
        ['POST', '/api/runs', { question: 'Why?' }],
        ['POST', `/api/runs/${last}/shares`, {}],
        ['PATCH', `/api/runs/${last}`, { title: 'x' }],
        ['PATCH', `/api/shares/${link.id}`, {}],
        ['POST', `/api/shares/${link.id}/copies`, {}],
      ] as const) {
        expect(await codeOf(await app.request(method, path, visitor, body))).toEqual(full)
      }
      expect((await app.request('GET', `/api/runs/${last}`, visitor)).status).toBe(200)
      expect((await app.request('GET', `/api/shares/${link.id}`, '')).status).toBe(200)
      expect((await app.request('POST', `/api/runs/${last}/stop`, visitor)).status).toBe(200)
      expect((await app.request('DELETE', `/api/shares/${link.id}`, visitor)).status).toBe(204)
      expect((await app.request('DELETE', `/api/runs/${last}`, visitor)).status).toBe(204)
    })
  })
})
