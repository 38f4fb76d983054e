import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { composeServer } from '../compose.ts'
import { eachDatabase, type TestDatabase } from '../testing/each-database.ts'
import { parseSettings } from '../settings.ts'

const short = 'open sesame'
const long = 'open, for the school'
const hourMs = 3_600_000

const createCookie = () => `visitor=${randomBytes(16).toString('base64url')}`

const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

async function open(database: TestDatabase, code: string) {
  const settings = { ...database.env, MODEL_BASE_URL: 'http://127.0.0.1:9/v1', SHUTDOWN_GRACE_S: '0' }
  const server = await composeServer(parseSettings({ ...settings, ACCESS_CODE: code }), () => {})
  const request = async (method: string, path: string, peer: string, cookie = '', body?: object) =>
    await server.app.request(
      `http://localhost:3000${path}`,
      {
        method,
        headers: { cookie, 'Content-Type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      },
      { incoming: { httpVersion: '1.1', socket: { remoteAddress: peer } } },
    )
  const fresh = async (peer: string) => cookiesOf(await request('GET', '/api/config', peer))
  return {
    fresh,
    enter: (tried: string, peer: string, cookie?: string) =>
      request('POST', '/api/access', peer, cookie, { code: tried }),
    async end() {
      await server.shutDown()
      await server.close()
    },
  }
}

eachDatabase((create) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await create()
    vi.useFakeTimers({ toFake: ['Date'] })
  })
  afterAll(async () => {
    vi.useRealTimers()
    await database.drop()
  })
  let server: Awaited<ReturnType<typeof open>>
  afterEach(() => server.end())

  describe('a short code', () => {
    beforeEach(async () => {
      server = await open(database, short)
    })

    test('is guessed at sixty times in any hour at most, whoever asks how', async () => {
      let school = 0
      const guess = fc.record({
        waitMs: fc.integer({ min: 30_000, max: 120_000 }),
        who: fc.constantFrom('nobody', 'one', 'ever new', 'ever new'),
        atOnce: fc.integer({ min: 2, max: 3 }),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(guess, { minLength: 60, maxLength: 80 }), async (guesses) => {
          school += 1
          const peer = `198.51.100.${school}`
          const one = createCookie()
          const looked: number[] = []
          for (const { waitMs, who, atOnce } of guesses) {
            vi.setSystemTime(Date.now() + waitMs)
            const tries = Array.from({ length: atOnce }, async () => {
              const cookie = { nobody: '', one, 'ever new': createCookie() }[who]
              return (await server.enter('guess', peer, cookie)).status
            })
            for (const status of await Promise.all(tries)) {
              expect([403, 429]).toContain(status)
              if (status === 403) looked.push(Date.now())
            }
          }
          for (const from of looked) {
            expect(looked.filter((at) => at >= from && at < from + hourMs).length).toBeLessThanOrEqual(60)
          }
        }),
        { numRuns: 2 },
      )
    })

    test('keeps nobody out for a guesser at the same address who comes without a cookie, or with one', async () => {
      const peer = '203.0.113.1'
      const guesser = await server.fresh(peer)
      for (let tries = 0; tries < 30; tries += 1) {
        await server.enter('guess', peer)
        await server.enter('guess', peer, guesser)
      }
      // Not even the right code is a way to go on.
      expect((await server.enter(short, peer)).status).toBe(429)
      const refused = await server.enter(short, peer, guesser)
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect((await server.enter(short, peer, await server.fresh(peer))).status).toBe(204)
    })

    test('lets in whom it let in before, when ever new visitors have used up the address', async () => {
      const peer = '203.0.113.2'
      const pupil = await server.fresh(peer)
      const pass = cookiesOf(await server.enter(short, peer, pupil))
      for (let tries = 0; tries < 25; tries += 1) await server.enter('guess', peer, await server.fresh(peer))
      vi.setSystemTime(Date.now() + 40 * 24 * hourMs)
      for (let tries = 0; tries < 25; tries += 1) await server.enter('guess', peer, await server.fresh(peer))
      expect((await server.enter(short, peer, await server.fresh(peer))).status).toBe(429)
      expect((await server.enter(short, peer, `${pupil}; ${pass}`)).status).toBe(204)
      // The pass is one visitor's.
      expect((await server.enter(short, peer, `${await server.fresh(peer)}; ${pass}`)).status).toBe(429)
      expect((await server.enter(short, '203.0.113.3', await server.fresh(peer))).status).toBe(204)
    })

    test('lets in a class that enters it at the same moment, behind one address', async () => {
      const peer = '203.0.113.4'
      const pupils = await Promise.all(Array.from({ length: 40 }, () => server.fresh(peer)))
      const entered = await Promise.all(pupils.map((pupil) => server.enter(short, peer, pupil)))
      expect(entered.map(({ status }) => status)).toEqual(pupils.map(() => 204))
    })
  })

  describe('a code that is hard to guess', () => {
    beforeEach(async () => {
      server = await open(database, long)
    })

    test('is let in at once whatever goes on, and wrong ones are told so no more often', async () => {
      const peer = '203.0.113.5'
      const guesses = Array.from({ length: 100 }, async (_, at) =>
        server.enter('guess', peer, at % 2 === 0 ? '' : await server.fresh(peer)),
      )
      const right = Array.from({ length: 5 }, () => server.enter(long, peer))
      expect((await Promise.all(right)).map(({ status }) => status)).toEqual([204, 204, 204, 204, 204])
      const statuses = (await Promise.all(guesses)).map(({ status }) => status)
      expect(statuses.filter((status) => status === 403).length).toBeLessThanOrEqual(20)
      expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(80)
      expect((await server.enter(long, peer)).status).toBe(204)
    })
  })
})
