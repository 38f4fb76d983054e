export type Acquire = (bytes: number, signal?: AbortSignal) => Promise<() => void>

/**
 * Lets in as many as fit into `total` bytes together; whoever does not fit yet holds up nobody smaller. Who would never fit
 * is let in alone. Resolves to the way out; rejects where the signal ends the wait.
 */
export function createByteSemaphore(total: number): Acquire {
  type Waiting = { bytes: number; start: () => void }
  let used = 0
  const line = new Set<Waiting>()
  const fits = (bytes: number) => used === 0 || used + bytes <= total

  function enter(bytes: number) {
    used += bytes
    let isOut = false
    return () => {
      if (isOut) return
      isOut = true
      used -= bytes
      for (const waiting of line) {
        if (!fits(waiting.bytes)) continue
        line.delete(waiting)
        waiting.start()
      }
    }
  }

  return (bytes, signal) => {
    if (fits(bytes)) return Promise.resolve(enter(bytes))
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        bytes,
        start() {
          signal?.removeEventListener('abort', giveUp)
          resolve(enter(bytes))
        },
      }
      function giveUp() {
        line.delete(waiting)
        reject(new Error('The wait was ended.'))
      }
      signal?.addEventListener('abort', giveUp, { once: true })
      line.add(waiting)
    })
  }
}
