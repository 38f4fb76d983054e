import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { composeServer } from '../compose.ts'
import { parseSettings } from '../settings.ts'

test('the page on the API names every route there is, and none besides', async () => {
  const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8')
  const documented = new Set(
    Array.from(page.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) \/[^`?\s]*)`/g), ([, route]) => route),
  )
  const dir = mkdtempSync(join(tmpdir(), 'showwork-'))
  const server = await composeServer(parseSettings({ DATA_DIR: dir, SHUTDOWN_GRACE_S: '0' }), () => {})
  try {
    const served = new Set(
      server.app.routes
        .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
        .map(({ method, path }) => `${method} ${path}`),
    )
    // Links' pages are served only where the client was built.
    served.add('GET /s/:id')
    expect([...documented].sort()).toEqual([...served].sort())
  } finally {
    await server.shutDown()
    await server.close()
    rmSync(dir, { recursive: true, force: true })
  }
})
