import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, createGunzip } from 'node:zlib'
import type { RunEvent } from '../src/shared/run/run.ts'
import { findNginx } from '../src/tools/find-program.mjs'
import { expect, startApp, test } from './support/app.ts'
import { startNginx } from './support/nginx.ts'
import { ask } from './support/script.ts'

const binary = findNginx()
// Where the tests must be whole, a missing service is a failure.
test.skip(binary === undefined && !process.env['REQUIRE_SERVICES'], 'There is no nginx here and none can be had.')

/** A stock nginx: buffering on, and gzip even for event streams. Its limits on silence are those of Debian's, divided by thirty. */
const limits = {
  http: 'gzip on; gzip_types *; gzip_min_length 0;',
  location: 'proxy_read_timeout 2s; proxy_send_timeout 2s; send_timeout 2s;',
}

type Seen = { at: Map<number, number>; last: RunEvent | undefined; firstByteMs: number }

/** Reads one response, without coming again, as a browser that takes gzip. */
function watchOnce(url: string, id: string, cookie: string): Promise<Seen> {
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const headers = { cookie, 'accept-encoding': 'gzip, br' }
    get(`${url}/api/runs/${id}/events?after=0`, { headers }, (response) => {
      const seen: Seen = {
        at: new Map(),
        last: undefined,
        firstByteMs: 0,
      }
      let text = ''
      const isPacked = response.headers['content-encoding'] === 'gzip'
      const body = isPacked ? response.pipe(createGunzip({ flush: constants.Z_SYNC_FLUSH })) : response
      body.on('data', (data: Buffer) => {
        seen.firstByteMs ||= performance.now() - startedAt
        text += data.toString()
        const frames = text.split('\n\n')
        text = frames.pop() ?? ''
        for (const frame of frames) {
          const line = frame.split('\n').find((part) => part.startsWith('data:'))
          if (!line) continue
          seen.last = JSON.parse(line.slice(5)) as RunEvent
          seen.at.set(seen.last.seq, performance.now())
        }
      })
      body.on('end', () => resolve(seen))
      body.on('error', reject)
      response.on('error', reject)
    }).on('error', reject)
  })
}

test('behind a stock nginx a stream is as live as without, and a silence three times its limit survives', async ({
  upstream,
}) => {
  test.slow()
  const dir = mkdtempSync(join(tmpdir(), 'showwork-proxy-'))
  const app = await startApp(dir, {
    MODEL_BASE_URL: `${upstream.url}/v1`,
    HEARTBEAT_S: '0.5',
    ALLOWED_HOSTS: 'localhost',
  })
  const nginx = await startNginx(binary ?? '', Number(new URL(app.url).port), limits)
  const flowing = await ask(app.url, '[[slow]]')
  const silent = await ask(app.url, '[[pause]]')
  const [behind, direct, survived] = await Promise.all([
    watchOnce(nginx.url, flowing.run.id, flowing.cookie),
    watchOnce(app.url, flowing.run.id, flowing.cookie),
    watchOnce(nginx.url, silent.run.id, silent.cookie),
  ])
  expect(behind.firstByteMs).toBeLessThan(1_000)
  expect(behind.at.size).toBe(direct.at.size)
  expect(behind.at.size).toBeGreaterThan(30)
  const added = [...direct.at].map(([seq, at]) => (behind.at.get(seq) ?? Infinity) - at).toSorted((a, b) => a - b)
  expect(added[Math.floor(added.length * 0.9)]).toBeLessThan(150)
  expect(survived.last).toMatchObject({ type: 'finish', reason: 'stop' })
  await nginx.close()
  await app.end('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})

test('what comes through a proxy that says nothing of who asks does not count as this machine', async ({
  upstream,
}) => {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-proxy-'))
  const app = await startApp(dir, { MODEL_BASE_URL: `${upstream.url}/v1` })
  const nginx = await startNginx(binary ?? '', Number(new URL(app.url).port))
  const statuses = async (url: string) => {
    const { cookie } = await ask(url, 'Hello')
    const asked: number[] = []
    for (let count = 0; count < 25; count += 1) {
      const headers = { cookie, 'content-type': 'application/json' }
      asked.push((await fetch(`${url}/api/runs`, { method: 'POST', headers, body: '{"question":"x"}' })).status)
    }
    return { asked: new Set(asked), metrics: (await fetch(`${url}/metrics`)).status }
  }
  expect(await statuses(app.url)).toEqual({ asked: new Set([201]), metrics: 200 })
  expect(await statuses(nginx.url)).toEqual({ asked: new Set([201, 429]), metrics: 403 })
  await nginx.close()
  await app.end('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})
