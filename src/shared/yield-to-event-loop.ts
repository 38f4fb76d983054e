/** Several long texts share the thread with everybody else: after this long others get their turn. */
const turnMs = 8

/** To be awaited between the pieces of long work: goes on at once until its turn is over. */
export function createYield(): () => Promise<void> {
  let startedAt = performance.now()
  return async () => {
    if (performance.now() - startedAt <= turnMs) return
    await new Promise((resolve) => setTimeout(resolve))
    startedAt = performance.now()
  }
}
