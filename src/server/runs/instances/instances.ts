import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

export type Instances = {
  /** A new name for this one. */
  create: () => string
  /** Certainly gone; of one that may live on another machine nothing is known here. */
  isDead: (instance: string) => boolean
}

/**
 * This machine as no other can be called: two may have one host name, and in two containers every server is process 1.
 * Where the system does not say, a name of this process alone, of which nobody knows whether it is gone.
 */
export function toMachine(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${hostname()}+${boot}+${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return `${hostname()}+${randomBytes(8).toString('hex')}`
  }
}

/** Names an instance by its machine and process, so that one killed here is known to be dead at the next start. */
export function createInstances(host = hostname(), pid = process.pid): Instances {
  const own = new Set<string>()
  return {
    create() {
      const name = `${host}/${pid}/${randomBytes(8).toString('hex')}`
      own.add(name)
      return name
    },
    isDead(instance) {
      const [otherHost, otherPid] = instance.split('/')
      if (otherHost !== host || own.has(instance)) return false
      // In a container every server is process 1: whoever had this number before is gone.
      if (Number(otherPid) === pid) return true
      try {
        process.kill(Number(otherPid), 0)
        return false
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ESRCH'
      }
    },
  }
}
