import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunEvent } from '../src/shared/run/run.ts'
import { expect, startApp, test } from './support/app.ts'
import { ask, readRun, watch } from './support/script.ts'

test('SIGTERM: not ready, no new runs, grace for the live ones, the rest interrupted with their text, gone in time', async ({
  upstream,
}) => {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-term-'))
  const env = { MODEL_BASE_URL: `${upstream.url}/v1`, SHUTDOWN_GRACE_S: '2' }
  const app = await startApp(dir, env)
  const brief = await ask(app.url, '[[brief]]')
  const stuck = await ask(app.url, '[[stall]]')
  const seen: Record<'brief' | 'stuck', RunEvent[]> = { brief: [], stuck: [] }
  const watching = [
    watch(app.url, brief.run.id, brief.cookie, (event) => seen.brief.push(event)),
    watch(app.url, stuck.run.id, stuck.cookie, (event) => seen.stuck.push(event)),
  ]
  await expect.poll(() => seen.stuck.length).toBeGreaterThan(3)

  const toldAt = Date.now()
  const gone = app.end('SIGTERM')
  await expect.poll(async () => (await fetch(`${app.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200)
  const refused = await fetch(`${app.url}/api/runs`, {
    method: 'POST',
    body: '{"question":"x"}',
    headers: { 'Content-Type': 'application/json' },
  })
  expect(refused.status).toBe(503)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ code: 'shutting-down' })
  await Promise.all(watching)
  await gone
  expect(Date.now() - toldAt).toBeLessThan(4_500)

  expect(seen.brief.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' })
  expect(seen.stuck.at(-1)).toMatchObject({ type: 'error', code: 'interrupted' })
  const next = await startApp(dir, env)
  const kept = await readRun(next.url, stuck.run.id, stuck.cookie)
  expect(kept).toMatchObject({ status: 'failed', error: { code: 'interrupted' } })
  expect(kept.thinkingText).toBe(seen.stuck.map((event) => ('text' in event ? event.text : '')).join(''))
  expect(kept.thinkingText).toContain('Let x be the unknown.')
  await next.end('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})
