import type { RunErrorCode } from '../../shared/run/run.ts'
import { isUnsent } from '../network/is-unsent.ts'

const maxRetries = 3
const maxRetryAfterMs = 60_000
/** What fails later was worked on, and is paid for. */
const workedMs = 5_000
/** What may pass when the same is asked again. */
const passing = new Set<RunErrorCode>(['rate-limited', 'upstream-unavailable', 'upstream-unreachable'])

/** A try that failed: the reply's status where it had begun, the connection's error where that broke. */
export type FailedTry = { status?: number | undefined; error?: unknown; ms: number }

/** Whether the model may have worked on it, although nothing came. */
export const wasWorkedOn = ({ status, error, ms }: FailedTry): boolean =>
  status === 200 || (status === undefined && !isUnsent(error) && ms >= workedMs)

const mayPass = ({ status, error, ms }: FailedTry) =>
  status === undefined ? isUnsent(error) || ms < workedMs : status === 429 || (status >= 500 && ms < workedMs)

/** Of one question. */
export function createRetries(random: () => number) {
  let tries = 0
  let unanswered = 0
  return {
    /** How long to wait before the same is asked again; undefined if that would not help, or be paid for twice. */
    next(failed: FailedTry, code: RunErrorCode, retryAfterMs: number | undefined): number | undefined {
      // What was sent and never answered may be paid for, too, so it is asked again once.
      if (failed.status === undefined && !isUnsent(failed.error)) unanswered += 1
      const ms = retryAfterMs ?? 500 * 2 ** tries * (0.5 + random())
      tries += 1
      if (!passing.has(code) || wasWorkedOn(failed) || !mayPass(failed)) return undefined
      return tries > maxRetries || unanswered > 1 || ms > maxRetryAfterMs ? undefined : ms
    },
  }
}
