import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

/** A real PgBouncer before the Postgres at `targetPort`, with its own defaults but for the mode and a short wait for answers. */
export async function startPgBouncer(binary: string, targetPort: number, mode: 'transaction' | 'session') {
  const dir = mkdtempSync(join(tmpdir(), 'showwork-pgbouncer-'))
  chmodSync(dir, 0o755)
  const port = await freePort()
  const file = join(dir, 'pgbouncer.ini')
  writeFileSync(
    file,
    `[databases]
* = host=127.0.0.1 port=${targetPort} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
`,
  )
  // It refuses to run as root.
  const isRoot = process.getuid?.() === 0
  const user = spawnSync('id', ['-u', 'postgres']).status === 0 ? 'postgres' : 'nobody'
  const child = spawn(binary, [...(isRoot ? ['-u', user] : []), file], { stdio: ['ignore', 'ignore', 'pipe'] })
  process.once('exit', () => child.kill('SIGKILL'))
  await new Promise<void>((resolve, reject) => {
    let text = ''
    child.stderr.on('data', (piece: Buffer) => {
      text += piece.toString()
      if (text.includes('process up')) resolve()
    })
    child.on('exit', () => reject(new Error(`PgBouncer did not start: ${text}`)))
  })
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async close() {
      const gone = new Promise((resolve) => child.removeAllListeners('exit').on('exit', resolve))
      child.kill('SIGTERM')
      await gone
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
