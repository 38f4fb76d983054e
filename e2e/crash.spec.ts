import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { expect, startApp, test } from './support/app.ts'
import { ask, readRun } from './support/script.ts'

const faults = {
  exception: `throw new Error('a fault')`,
  rejection: `Promise.reject(new Error('a fault'))`,
}

/** Runs before the server's own code, which knows nothing of it. */
const preload = (code: string) => ({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` })

async function askAndSee(url: string) {
  const asked = await ask(url, '[[until-stopped]]')
  await expect.poll(async () => (await readRun(url, asked.run.id, asked.cookie)).thinkingText).toContain('Step 2')
  return asked
}

for (const [name, fault] of Object.entries(faults)) {
  test(`an uncaught ${name} saves what is live, and the process ends for its supervisor`, async ({ upstream }) => {
    const dir = mkdtempSync(join(tmpdir(), 'showwork-crash-'))
    const env = { MODEL_BASE_URL: `${upstream.url}/v1` }
    const app = await startApp(dir, { ...env, ...preload(`process.on('SIGUSR2', () => { ${fault} })`) })
    const { run, cookie } = await askAndSee(app.url)
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

test('without the thread that saves, the process ends, and the next has all that was shown', async ({ upstream }) => {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-crash-'))
  const env = { MODEL_BASE_URL: `${upstream.url}/v1` }
  const endThread = `
    import threads from 'node:worker_threads'
    import { syncBuiltinESMExports } from 'node:module'
    threads.Worker = class extends threads.Worker {
      constructor(url, options) {
        super(url, options)
        if (String(url).includes('sqlite')) process.on('SIGUSR2', () => this.terminate())
      }
    }
    syncBuiltinESMExports()`
  const app = await startApp(dir, { ...env, ...preload(endThread) })
  const { run, cookie } = await askAndSee(app.url)
  process.kill(app.pid, 'SIGUSR2')
  await expect.poll(app.exitCode, { timeout: 12_000 }).toBe(1)
  const again = await startApp(dir, env)
  expect((await readRun(again.url, run.id, cookie)).thinkingText).toContain('Step 2')
  await again.end('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})

test('a log that nobody reads any more ends nothing', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-crash-'))
  const app = await startApp(dir, {})
  app.stopReading()
  for (let count = 0; count < 20; count += 1) expect((await fetch(`${app.url}/api/config`)).status).toBe(200)
  expect(app.isAlive()).toBe(true)
  await app.end('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})
