const againMs = 1_000
const idleMs = 30_000
const away = /^(08|57P|25P03|53300|53400|57014|25006)/

/** The database cannot be reached, or does not answer in time: what was asked may work a little later. */
export class DatabaseAwayError extends Error {
  /** A connection it came over is of no more use. */
  readonly isBroken: boolean
  constructor(cause: unknown, isBroken = true) {
    const { code, message } = cause as { code?: string; message?: string }
    super(`The database is away: ${message || code || String(cause)}`, { cause })
    this.name = 'DatabaseAwayError'
    this.isBroken = isBroken
  }
}

/** What failed on a connection: Postgres's own errors carry a `severity`, all others are the connection's. */
export function toDatabaseError(error: unknown): unknown {
  const { severity, code = '' } = error as { severity?: string; code?: string }
  if (severity === undefined) return new DatabaseAwayError(error)
  return away.test(code) ? new DatabaseAwayError(error, code !== '57014') : error
}

/** Two that wait for each other: one was chosen to try again. */
export const isRetryableConflict = (error: unknown) =>
  ['40001', '40P01'].includes(String((error as { code?: string } | undefined)?.code))

export const isUnavailable = (error: unknown) => error instanceof DatabaseAwayError

/** Does it now, or as soon as the database is back. */
export async function retryWhenAvailable<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isUnavailable(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, againMs).unref())
    }
  }
}

/** With the database away everything fails at once, again and again: said every half minute, and all else always. */
export function throttleUnavailable(onFailure: (error: unknown) => void): (error: unknown) => void {
  let saidAt = -Infinity
  return (error) => {
    const now = performance.now()
    if (isUnavailable(error) && now - saidAt < idleMs) return
    if (isUnavailable(error)) saidAt = now
    onFailure(error)
  }
}
