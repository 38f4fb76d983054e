/** Runs at most `places` of the works at once, the others in the order they came. */
export function limitConcurrency(places: number) {
  let free = places
  const waiting: (() => void)[] = []
  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (free > 0) free -= 1
    // The place is handed over and never free in between, so that nobody slips in.
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
