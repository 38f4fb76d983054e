import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canaries } from './canary.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

const logs = join(root, 'test-results/apps')
// One listener for each server that a worker starts.
process.setMaxListeners(0)

/**
 * Starts the built server on a free port, with keys that nobody may see where it asks a model of the tests; resolves with
 * its address once it listens. What it prints goes to `test-results/apps`. `launcher` is what starts the server's file,
 * Node itself if absent.
 */
export async function startApp(dataDir: string, env: Record<string, string>, launcher = [process.execPath]) {
  const [program = process.execPath, ...args] = launcher
  const child = spawn(program, [...args, 'dist/server/main.js'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: '0',
      DATA_DIR: dataDir,
      SHUTDOWN_GRACE_S: '0',
      ...(env['MODEL_BASE_URL'] !== undefined && canaries),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // A test that fails ends nothing.
  process.once('exit', () => child.kill('SIGKILL'))
  mkdirSync(logs, { recursive: true })
  const log = createWriteStream(join(logs, `${child.pid}.log`))
  child.stdout.pipe(log)
  child.stderr.pipe(process.stderr)
  child.stderr.pipe(log, { end: false })
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    const look = (chunk: Buffer) => {
      text += chunk.toString()
      const found = /http:\/\/\S+/.exec(text)
      if (!found) return
      child.stdout.off('data', look)
      resolve(found[0])
    }
    child.stdout.on('data', look)
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)))
  })
  const isAlive = () => child.exitCode === null && child.signalCode === null
  return {
    url,
    pid: child.pid ?? 0,
    isAlive,
    /** As whoever reads the log leaves. */
    stopReading: () => child.stdout.destroy(),
    /** How it ended; undefined while it runs. */
    exitCode: () => child.exitCode ?? child.signalCode ?? undefined,
    end: (signal: NodeJS.Signals) =>
      new Promise<void>((resolve) => {
        if (!isAlive()) return resolve()
        child.removeAllListeners('exit')
        child.on('exit', () => resolve())
        child.kill(signal)
      }),
  }
}
