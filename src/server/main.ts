import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { serve, type Http2Bindings, type HttpBindings } from '@hono/node-server'
import { composeServer } from './compose.ts'
import { protectServer, serverOptions } from './http/connection-limits.ts'
import { limitUnread } from './http/unread.ts'
import { createLog } from './metrics/log.ts'
import { parseSettings, readEnvironment } from './settings.ts'
import { createWorkerPool } from './text-workers/worker-pool.ts'
import { readStaticFiles } from './http/static-files.ts'

/** After the grace: for the last commits, and for what is written to reach its readers. */
const lastMs = 8_000
const flushMs = 1_500
/** Where memory is plenty V8 lets a heap grow to four times what is kept before it looks for more; live runs gain nothing by it. */
setFlagsFromString('--heap-growing-percent=10')
const client = join(dirname(fileURLToPath(import.meta.url)), '../client')

try {
  const settings = parseSettings(readEnvironment())
  const staticFiles = readStaticFiles(client)
  const { DASHSCOPE_API_KEY, MODEL_API_KEY, ACCESS_CODE, ADMIN_CODE, DATABASE_URL } = settings
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = settings
  // On a terminal somebody looks for the address and for what goes wrong, not for every request.
  const level = settings.LOG_LEVEL ?? (process.stdout.isTTY ? 'error' : 'info')
  const password = DATABASE_URL && decodeURIComponent(new URL(DATABASE_URL).password)
  const ownSecrets = [DASHSCOPE_API_KEY, MODEL_API_KEY, ACCESS_CODE, ADMIN_CODE, DATABASE_URL, password]
  const secrets = ownSecrets.concat(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN)
  const log = createLog(level, secrets, (line) => process.stdout.write(line))
  const workers = createWorkerPool(new URL('./text-worker.js', import.meta.url))
  const { app, connection, shutDown, close } = await composeServer(
    settings,
    (error) => log.error({ err: error }, 'failure'),
    staticFiles,
    log,
    workers,
  )
  const fetch = (request: Request, env: HttpBindings | Http2Bindings) =>
    env.incoming.socket.destroyed ? new Response(null, { status: 503 }) : app.fetch(request, env)
  const options = { fetch, hostname: settings.HOST, port: settings.PORT, serverOptions }
  const server = serve(options, (address: AddressInfo) => {
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
    console.log(
      `ShowWork (${connection().mode}) is at http://${host === '127.0.0.1' ? 'localhost' : host}:${address.port}`,
    )
  })
  protectServer(server as Server, settings.TRUST_PROXY)
  limitUnread(server as Server)
  server.on('error', (error: NodeJS.ErrnoException) => {
    // No connection can be taken just now (too many files are open, say): those that are there go on.
    if (server.listening) return log.error({ err: error }, 'failure')
    const isTaken = error.code === 'EADDRINUSE'
    console.error(isTaken ? `Port ${settings.PORT} is taken. Set PORT to another one.` : error.message)
    process.exit(1)
  })

  let isEnding = false
  const end = async () => {
    // Whoever asks twice does not want to wait; what was going on becomes interrupted at the next start.
    if (isEnding) process.exit(1)
    isEnding = true
    setTimeout(() => process.exit(1), settings.SHUTDOWN_GRACE_S * 1000 + lastMs).unref()
    try {
      await shutDown()
      await Promise.race([
        new Promise((resolve) => server.close(resolve)),
        new Promise((resolve) => setTimeout(resolve, flushMs)),
      ])
      await close()
      await workers.close()
      process.exit(0)
    } catch (error) {
      log.error({ err: error }, 'failure')
      process.exit(1)
    }
  }
  /** A fault that nothing caught, a rejection too: what is live is saved, then whoever watches the process starts it anew. */
  let isCrashing = false
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'crash')
    if (isCrashing) return
    isCrashing = true
    setTimeout(() => process.exit(1), lastMs)
    server.close()
    void shutDown(0)
      .then(close)
      .catch((failure: unknown) => log.error({ err: failure }, 'failure'))
      .finally(() => process.exit(1))
  })
  // Whoever read the log may leave.
  for (const out of [process.stdout, process.stderr]) out.on('error', () => {})
  process.on('SIGTERM', () => void end())
  process.on('SIGINT', () => void end())
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
