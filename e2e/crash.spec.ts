import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { expect, startApp, test } from './support/app.ts'
import { ask, readRun } from './support/script.ts'

const faults = {
  exception: `throw new Error('a fault')`,
  rejection: `void Promise.reject(new Error('a fault'))`,
}

for (const [name, fault] of Object.entries(faults)) {
  test(`an ${name} that nothing caught saves what is live, and the process ends for its supervisor`, async ({
    upstream,
  }) => {
    const dir = mkdtempSync(join(tmpdir(), 'showwork-crash-'))
    const env = { MODEL_BASE_URL: `${upstream.url}/v1` }
    const preload = `data:text/javascript,process.on('SIGUSR2', () => { ${fault} })`
    const app = await startApp(dir, { ...env, NODE_OPTIONS: `--import=${encodeURI(preload)}` })
    const { run, cookie } = await ask(app.url, '[[until-stopped]]')
    const seen = async () => (await readRun(app.url, run.id, cookie)).thinkingText
    await expect.poll(seen).toContain('Step 2')
    process.kill(app.pid, 'SIGUSR2')
    await expect.poll(app.exitCode, { timeout: 12_000 }).toBe(1)
    // Nothing was left for the next start to end.
    const database = new DatabaseSync(join(dir, 'showwork.db'))
    expect(database.prepare('select count(*) as live from runs where owner is not null').get()).toEqual({ live: 0 })
    database.close()
    const again = await startApp(dir, env)
    const saved = await readRun(again.url, run.id, cookie)
    expect(saved).toMatchObject({ status: 'failed', error: { code: 'interrupted' } })
    expect(saved.thinkingText).toContain('Step 2')
    await again.end('SIGTERM')
    rmSync(dir, { recursive: true, force: true })
  })
}
