/** The results for all, or nothing where there is none for one. */
export function every<T, U>(all: readonly T[], to: (one: T) => U | undefined): U[] | undefined {
  const results: U[] = []
  for (const one of all) {
    const result = to(one)
    if (result === undefined) return undefined
    results.push(result)
  }
  return results
}
