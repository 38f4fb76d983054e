import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** Starts the built server on a free port; resolves with its address once it listens. */
export async function startApp(dataDir: string, env: Record<string, string>) {
  const child = spawn(process.execPath, ['dist/server/main.js'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', DATA_DIR: dataDir, SHUTDOWN_GRACE_S: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = /http:\/\/\S+/.exec(text)
      if (found) resolve(found[0])
    })
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)))
  })
  return {
    url,
    end: (signal: NodeJS.Signals) =>
      new Promise<void>((resolve) => {
        child.removeAllListeners('exit')
        child.on('exit', () => resolve())
        child.kill(signal)
      }),
  }
}
