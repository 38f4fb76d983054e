import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, startApp, test } from './support/app.ts'

test('four servers started at once on new data all serve', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-together-'))
  const apps = await Promise.all(Array.from({ length: 4 }, () => startApp(dir, {})))
  for (const { url } of apps) expect((await fetch(`${url}/readyz`)).status).toBe(200)
  await Promise.all(apps.map(({ end }) => end('SIGTERM')))
  rmSync(dir, { recursive: true, force: true })
})
