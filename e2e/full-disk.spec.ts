import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, startApp, test } from './support/app.ts'
import { ask, readRun } from './support/script.ts'

/** A picture that does not compress. */
const noise = async (width: number) =>
  await sharp({
    create: {
      width,
      height: width,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
      background: '#888',
    },
  })
    .png()
    .toBuffer()

test('a full disk is said clearly, reading goes on, and with room again all goes on without a restart', async ({
  upstream,
}) => {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-full-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dir])
  test.skip(mounted.status !== 0, 'A small disk can be mounted by root only.')
  const data = join(dir, 'data')
  mkdirSync(data)
  const app = await startApp(data, { MODEL_BASE_URL: `${upstream.url}/v1` })
  const before = await ask(app.url, 'Before it is full.')
  const { cookie } = before
  await expect.poll(async () => (await readRun(app.url, before.run.id, cookie)).status).toBe('finished')
  const ballast = join(dir, 'ballast')
  for (let size = 4_000_000; size > 2_000; size = Math.floor(size / 2)) {
    try {
      writeFileSync(ballast, Buffer.alloc(size), { flag: 'a' })
    } catch {
      // What fits is written.
    }
  }
  const add = async (bytes: Uint8Array) => {
    const form = new FormData()
    form.set('file', new File([new Uint8Array(bytes)], 'a.png', { type: 'image/png' }))
    return await fetch(`${app.url}/api/media`, { method: 'POST', body: form, headers: { cookie } })
  }
  const post = async () =>
    await fetch(`${app.url}/api/runs`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', cookie },
      body: JSON.stringify({ question: `Is there room? ${'x'.repeat(15_000)}` }),
    })
  const picture = await noise(200)
  for (const refused of [await add(picture), await post()]) {
    expect(refused.status).toBe(507)
    expect(refused.headers.get('content-type')).toContain('application/problem+json')
    expect(await refused.json()).toMatchObject({ code: 'storage-full' })
  }
  expect(await readRun(app.url, before.run.id, cookie)).toMatchObject({ status: 'finished' })
  expect((await fetch(app.url)).status).toBe(200)

  rmSync(ballast)
  await expect.poll(async () => (await add(picture)).status).toBe(201)
  await expect.poll(async () => (await post()).status).toBe(201)
  await app.end('SIGTERM')
  spawnSync('umount', [dir])
  rmSync(dir, { recursive: true, force: true })
})
