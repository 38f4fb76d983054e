import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { expect } from 'vitest'
import { problemCodes, type Problem } from '../../../shared/problem.ts'
import type { Run } from '../../../shared/run/run.ts'
import { composeServer } from '../../compose.ts'
import { protectServer, serverOptions } from '../../http/connection-limits.ts'
import { parseSettings } from '../../settings.ts'

export type Body = string | Uint8Array | FormData | undefined
export const json = { 'content-type': 'application/json' }

/** The whole server on a port, with one visitor and one run of theirs. */
export async function startTarget(over: Partial<typeof serverOptions> = {}, sendingMs?: number) {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-malformed-'))
  const failures: unknown[] = []
  const settings = parseSettings({ DATA_DIR: dir, MODEL_BASE_URL: 'http://127.0.0.1:9/v1', SHUTDOWN_GRACE_S: '0' })
  const app = await composeServer(settings, (error) => failures.push(error))
  let server: Server | undefined
  const port = await new Promise<number>((resolve) => {
    const options = {
      fetch: app.app.fetch,
      hostname: '127.0.0.1',
      port: 0,
      serverOptions: { ...serverOptions, ...over },
    }
    server = serve(options, (address: AddressInfo) => resolve(address.port)) as Server
    protectServer(server, [], sendingMs === undefined ? {} : { sendingMs })
  })
  let cookie = ''
  const request = async (method: string, path: string, headers: Record<string, string> = {}, body?: Body) =>
    await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { ...(cookie && { cookie }), ...headers },
      ...(body !== undefined && { body: body as BodyInit }),
      redirect: 'manual',
    })
  const made = await request('POST', '/api/runs', json, '{"question":"x"}')
  cookie = made.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const run = ((await made.json()) as Run).id
  return {
    app: app.app,
    port,
    run,
    cookie,
    request,
    failures,
    /** A 4xx as problem+json with a code of the list and a sentence, and nothing that the server calls its own failure. */
    async expectRefused(response: Response): Promise<Problem> {
      const text = await response.text()
      expect(response.status, text).toBeGreaterThanOrEqual(400)
      expect(response.status, text).toBeLessThan(500)
      expect(response.headers.get('content-type')).toContain('application/problem+json')
      const problem = JSON.parse(text) as Problem
      expect(problemCodes).toContain(problem.code)
      expect(problem.detail.length).toBeGreaterThan(10)
      expect(problem.status).toBe(response.status)
      expect(failures).toEqual([])
      return problem
    },
    async end() {
      server?.close()
      server?.closeAllConnections()
      await app.shutDown()
      await app.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
