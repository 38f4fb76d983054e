/** The work of one check is counted, not timed, so that a check gives the same result on every machine. */
class OutOfWork extends Error {}

let remaining = 0

/** Counts steps of work. Throws where the limit of the running check is passed; {@link limitWork} catches that. */
export function spend(steps: number) {
  remaining -= steps
  if (remaining < 0) throw new OutOfWork()
}

/** Runs a check with at most so many steps. Gives `otherwise` where they do not suffice. A part of a check may have a limit of its own. */
export function limitWork<T>(steps: number, run: () => T, otherwise: T): T {
  const before = remaining
  const isNested = before > 0
  const limit = isNested ? Math.min(steps, before) : steps
  remaining = limit
  try {
    return run()
  } catch (error) {
    if (error instanceof OutOfWork || error instanceof RangeError) return otherwise
    throw error
  } finally {
    remaining = isNested ? Math.max(before - (limit - remaining), 1) : 0
  }
}
