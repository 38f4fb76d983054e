import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'

/** `launcher` starts Node within the limit. `isHard`: the kernel ends what outgrows it, as a container's does. */
export type MemoryLimit = { launcher: string[]; isHard: boolean; remove: () => void }

const groups = '/sys/fs/cgroup'

/** The folder of a new control group and the file that takes its limit; both versions of them are in use. */
function findGroup(name: string): { dir: string; file: string } | undefined {
  const controllers = join(groups, 'cgroup.subtree_control')
  if (existsSync(controllers)) {
    const hasMemory = readFileSync(controllers, 'utf8').split(/\s+/).includes('memory')
    return hasMemory ? { dir: join(groups, name), file: 'memory.max' } : undefined
  }
  const dir = join(groups, 'memory', name)
  return existsSync(join(groups, 'memory/memory.limit_in_bytes')) ? { dir, file: 'memory.limit_in_bytes' } : undefined
}

/** A control group where this process may make one; elsewhere V8 alone is told, and only measuring shows the rest. */
export function limitMemory(megabytes: number): MemoryLimit {
  const found = findGroup(`showwork-siege-${process.pid}-${Date.now()}`)
  const heap = `--max-old-space-size=${Math.floor(megabytes * 0.6)}`
  const soft = { launcher: [process.execPath, heap], isHard: false, remove: () => {} }
  if (!found) return soft
  const { dir, file } = found
  try {
    mkdirSync(dir)
    writeFileSync(join(dir, file), String(megabytes * 1024 * 1024))
  } catch {
    return soft
  }
  return {
    // Before Node starts: it asks for its limit only then.
    launcher: ['/bin/sh', '-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', dir, process.execPath],
    isHard: true,
    remove: () => rmdirSync(dir),
  }
}

/**
 * Attackers and visitors have machines of their own; on this one the former must not take the server's time, nor must what
 * else runs here. Where only root may say so, it is left as it is.
 */
export function prioritise(pid: number, niceness: number) {
  try {
    setPriority(pid, niceness)
  } catch {
    // The figures are then of a machine that does other things too.
  }
}

/** The most that was resident of a process so far, in megabytes; 0 where that cannot be known. */
export function readPeakMb(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
