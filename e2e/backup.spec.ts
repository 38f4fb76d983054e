import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Media } from '../src/shared/media.ts'
import { expect, startApp, test } from './support/app.ts'
import { createPicture } from './support/picture.ts'
import { ask, readRun, watch } from './support/script.ts'

test('a backup is taken while runs go on, and restored it is all there', async ({ upstream }) => {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-backup-'))
  const data = join(dir, 'data')
  const env = { MODEL_BASE_URL: `${upstream.url}/v1` }
  const npm = (script: string, folder: string) =>
    spawnSync(process.execPath, [`src/tools/${script}.mjs`, folder], {
      env: { PATH: process.env['PATH'] ?? '', DATA_DIR: data },
      encoding: 'utf8',
    })
  const app = await startApp(data, env)
  const { run, cookie } = await ask(app.url, 'Keep this.')
  await watch(app.url, run.id, cookie, () => {})
  const form = new FormData()
  form.set('file', new File([new Uint8Array(await createPicture(300, 200))], 'a.png', { type: 'image/png' }))
  const added = await fetch(`${app.url}/api/media`, { method: 'POST', body: form, headers: { cookie } })
  const media = (await added.json()) as Media
  const live = await ask(app.url, '[[slow]]', cookie)

  const backup = npm('backup', join(dir, 'backup'))
  expect(backup.stderr).toBe('')
  expect(backup.stdout).toContain('2 runs and 1 media')
  expect(npm('restore', join(dir, 'backup')).stderr).toContain('Stop it first')
  await app.end('SIGKILL')
  // Whatever happened to the data since.
  writeFileSync(join(data, 'showwork.db'), 'garbage')
  rmSync(join(data, 'showwork.db-wal'), { force: true })
  rmSync(join(data, 'showwork.db'))
  expect(npm('restore', join(dir, 'backup')).stdout).toContain('2 runs and 1 media are restored')

  const again = await startApp(data, env)
  expect(await readRun(again.url, run.id, cookie)).toMatchObject({ question: 'Keep this.', status: 'finished' })
  await expect
    .poll(async () => (await readRun(again.url, live.run.id, cookie)).error?.code, { timeout: 6_000 })
    .toBe('interrupted')
  expect((await fetch(`${again.url}/api/media/${media.id}`, { headers: { cookie } })).status).toBe(200)
  await again.end('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})
