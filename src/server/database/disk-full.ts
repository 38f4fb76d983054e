import { ProblemError } from '../../shared/problem.ts'

/** The last is Postgres's. */
const codes = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', '53100'])

/** The disk, or the room this server may use of it, is used up. */
export const isDiskFull = (error: unknown) =>
  error instanceof Error && codes.has(String((error as NodeJS.ErrnoException).code))

export const storageFull = (
  detail = 'The server cannot save anything right now. Free some disk space, then try again.',
) => new ProblemError(507, 'storage-full', detail)
