import { accessSync, constants, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { userInfo } from 'node:os'

function toUser(): string {
  try {
    return `the user ${userInfo().username}`
  } catch {
    return 'the user that runs ShowWork'
  }
}

const toCode = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error))

/** Makes the folder where there is none. Throws an Error that names it, the setting and what to do. */
export function prepareFolder(path: string) {
  try {
    mkdirSync(path, { recursive: true })
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new Error(
      `The folder ${resolve(path)} of the setting DATA_DIR cannot be used (${toCode(error)}). ` +
        `Let ${toUser()} write to it, or set DATA_DIR to another folder. Nothing was changed.`,
      { cause: error },
    )
  }
}

/** SQLite's primary result codes. */
const [readOnly, busy, locked, ioError, corrupt, full, cantOpen, notADatabase] = [8, 5, 6, 10, 11, 13, 14, 26]

function toAdvice(code: number): string | undefined {
  switch (code) {
    case corrupt:
    case notADatabase:
      return (
        'It is damaged, and was left as it is. Copy the folder to a safe place, then bring back a backup ' +
        '(npm run restore -- backups/monday), or move showwork.db and the files beside it away to begin with an empty one.'
      )
    case cantOpen:
    case readOnly:
      return `Let ${toUser()} read and write it and its folder, or set DATA_DIR to another folder.`
    case busy:
    case locked:
      return 'Another program holds it: end that one, or set DATA_DIR to another folder.'
    case full:
    case ioError:
      return 'See that its disk has room and is sound, then start again.'
    default:
      return undefined
  }
}

/** What SQLite says when a file does not open, with the file, the setting and what to do; any other error as it is. */
export function explainDatabaseFault(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 255 : 0
  const advice = toAdvice(code)
  if (!(error instanceof Error) || advice === undefined) return error
  return new Error(
    `The database ${resolve(file)} in the folder of the setting DATA_DIR cannot be used (${error.message}). ${advice}`,
    { cause: error },
  )
}
