import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test as base } from 'playwright/test'
import { findCanaries } from './canary.ts'
import { startFakeUpstream } from './fake-upstream.ts'
import { createPicture } from './picture.ts'
import { collectReports } from './reports.ts'
import { startApp } from './start-app.ts'

type Upstream = Awaited<ReturnType<typeof startFakeUpstream>>

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

export const test = base.extend<
  { noReports: undefined },
  { reports: string[]; upstream: Upstream; pictureUrl: string; app: { url: string }; demo: { url: string } }
>({
  reports: [async ({ browser }, use) => use(collectReports(browser)), { scope: 'worker' }],
  /** Whatever a test is about: it fails if a page's policy refused something or a text fell back to plain text. */
  noReports: [
    async ({ reports }, use) => {
      await use(undefined)
      expect(reports.splice(0)).toEqual([])
    },
    { auto: true },
  ],
  upstream: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const upstream = await startFakeUpstream()
      await use(upstream)
      await upstream.close()
    },
    { scope: 'worker' },
  ],
  /** The address of a picture on somebody else's server. */
  pictureUrl: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const picture = await createPicture(300, 180)
      const server = createServer((_request, response) => response.end(picture))
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/problem.png`)
      server.close()
    },
    { scope: 'worker' },
  ],
  app: [
    async ({ upstream, pictureUrl }, use) => {
      const dir = mkdtempSync(join(tmpdir(), 'showwork-e2e-'))
      const app = await startApp(dir, {
        MODEL_BASE_URL: `${upstream.url}/v1`,
        MODELS_FILE: join(root, 'e2e/support/models.json'),
        DEFAULT_MODEL: 'fake-vl',
        MEDIA_FETCH_ALLOW: new URL(pictureUrl).host,
        FIRST_BYTE_TIMEOUT_S: '4',
        SILENCE_TIMEOUT_S: '4',
      })
      await use(app)
      await app.end('SIGTERM')
      // Everything the tests of this worker made it store.
      expect(findCanaries(dir)).toEqual([])
      rmSync(dir, { recursive: true, force: true })
    },
    { scope: 'worker' },
  ],
  demo: [
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const dir = mkdtempSync(join(tmpdir(), 'showwork-demo-'))
      const app = await startApp(dir, {})
      await use(app)
      await app.end('SIGTERM')
      rmSync(dir, { recursive: true, force: true })
    },
    { scope: 'worker' },
  ],
})

export { expect } from 'playwright/test'
export { startApp } from './start-app.ts'
