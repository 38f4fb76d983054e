import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

export type Measured = { child: ChildProcess; pids: () => number[]; port: number }

/** Starts a process that prints its address. */
export async function start(command: string, args: string[], env: Record<string, string> = {}): Promise<Measured> {
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`${command} ended with ${code}`)))
    child.stdout?.on('data', (data: Buffer) => {
      const found = /:(\d+)\s*$/.exec(data.toString())?.[1]
      if (found) resolve(Number(found))
    })
  })
  return { child, port, pids: () => [child.pid ?? 0] }
}

export async function end(measured: Measured) {
  measured.child.removeAllListeners('exit')
  const gone = new Promise((resolve) => measured.child.on('exit', resolve))
  measured.child.kill('SIGTERM')
  await gone
}

/** Seconds of processor time so far; Linux only. */
export function readCpu(pids: number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return sum + (Number(fields[11]) + Number(fields[12])) / 100
  }, 0)
}

/** Resident megabytes. */
export function readMemory(pids: number[]): number {
  return pids.reduce(
    (sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    0,
  )
}

/** The event loop's lag since the last call, of a server started with `watch-lag.mjs`. */
export function readLag(measured: Measured): Promise<{ lagP99: number; lagMax: number }> {
  return new Promise((resolve) => {
    measured.child.once('message', (message) => resolve(message as { lagP99: number; lagMax: number }))
    measured.child.send('lag')
  })
}
