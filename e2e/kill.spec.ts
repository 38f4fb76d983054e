import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { expect, startApp, test } from './support/app.ts'
import { killLoop } from './survival/kill-loop.ts'

test('kill -9 five times under 50 live runs: nothing that was shown is lost', async () => {
  test.slow()
  const dir = mkdtempSync(join(tmpdir(), 'showwork-kill-'))
  const start = (modelUrl: string) => startApp(dir, { MODEL_BASE_URL: `${modelUrl}/v1` })
  const result = await killLoop(start, { kills: 5, runs: 50, seed: Date.now() % 1_000_000 })
  expect(result.interrupted).toBeGreaterThan(50)
  expect(result.seenEvents).toBeGreaterThan(100)
  expect(result.slowestMs).toBeLessThan(5_000)
  const database = new DatabaseSync(join(dir, 'showwork.db'))
  expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
  expect(database.prepare('select count(*) as rest from commits').get()).toEqual({ rest: 0 })
  expect(database.prepare('select count(*) as rest from runs where owner is not null').get()).toEqual({ rest: 0 })
  database.close()
  rmSync(dir, { recursive: true, force: true })
})
