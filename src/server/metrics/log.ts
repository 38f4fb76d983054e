import { pino } from 'pino'

/** Structured, one JSON object a line. Nobody hands it what a person typed, an address, a cookie or an id of a visitor. */
export type Log = {
  info: (entry: object, message: string) => void
  error: (entry: object, message: string) => void
}

export const silent: Log = { info: () => {}, error: () => {} }

/** Where a secret would stand in a line after all (in an error's text, say), it is blotted out. */
export function createLog(level: string, secrets: (string | undefined)[], write: (line: string) => void): Log {
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret.length >= 4)
  return pino(
    { level },
    { write: (line: string) => write(known.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line)) },
  )
}
