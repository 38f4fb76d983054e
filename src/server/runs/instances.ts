import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'

export type Instances = {
  /** The name of this one. */
  own: string
  /** Certainly gone; of one that may live on another machine nothing is known here. */
  isDead: (instance: string) => boolean
}

/** Names an instance by its machine and process, so that one killed here is known to be dead at the next start. */
export function createInstances(host = hostname(), pid = process.pid): Instances {
  const own = `${host}/${pid}/${randomBytes(8).toString('hex')}`
  return {
    own,
    isDead(instance) {
      const [otherHost, otherPid] = instance.split('/')
      if (otherHost !== host || instance === own) return false
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
