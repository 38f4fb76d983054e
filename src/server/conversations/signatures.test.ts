import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { composeServer } from '../compose.ts'
import { openSqlite } from '../database/open-sqlite.ts'
import { parseSettings } from '../settings.ts'

test('a run is ready to be searched for when it has ended, without any search', async () => {
  const model = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(
      'data: {"choices":[{"delta":{"content":"Ready."},"finish_reason":null}]}\n\n' +
        'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    )
  })
  await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve))
  const dir = mkdtempSync(join(tmpdir(), 'showwork-signatures-'))
  const url = `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`
  const settings = parseSettings({ DATA_DIR: dir, MODEL_BASE_URL: url, SHUTDOWN_GRACE_S: '0' })
  const failures: unknown[] = []
  const { app, shutDown, close } = await composeServer(settings, (error) => failures.push(error))
  const db = await openSqlite(dir)
  const signed = async () => (await db.selectFrom('run_signatures').select('run_id').execute()).map((row) => row.run_id)
  const asked = await app.request('http://localhost:3000/api/runs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ question: 'Is it?' }),
  })
  const { id } = (await asked.json()) as { id: string }
  await expect.poll(signed).toEqual([id])
  await shutDown()
  await close()
  await db.destroy()
  model.close()
  rmSync(dir, { recursive: true, force: true })
  expect(failures).toEqual([])
})
