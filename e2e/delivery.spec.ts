import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, startApp, test } from './support/app.ts'
import { checkDelivery } from './survival/deliver.ts'

test('whatever is cut, the page shows what is saved and what the model said', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-delivery-'))
  const start = async (modelUrl: string) => {
    const app = await startApp(dir, { MODEL_BASE_URL: `${modelUrl}/v1` })
    return { url: app.url, end: () => app.end('SIGTERM') }
  }
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
  const result = await checkDelivery(start, { runs: 60, atOnce: 60, seed }).catch((error: unknown) => {
    throw new Error(`SEED=${seed}: ${String(error)}`)
  })
  // Without cuts nothing was proven.
  expect(result.cutsToPage).toBeGreaterThan(5)
  expect(result.cutsToModel).toBeGreaterThan(3)
  expect(result.ends['stop']).toBeGreaterThan(10)
  expect(result.ends['cut-off']).toBeGreaterThan(0)
  rmSync(dir, { recursive: true, force: true })
})
