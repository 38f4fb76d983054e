import type { Messages } from '../../shared/messages/en.ts'
import { ApiError } from './request.ts'

const soonMs = 120_000

/** A failure in the reader's words, and when to come back where that is known. */
export function describeError(error: unknown, messages: Messages): string {
  if (!(error instanceof ApiError)) return messages.problems.internal
  if (error.code === 'offline') return messages.offline
  const words = messages.problems[error.code]
  if (error.code === 'internal' && error.requestId !== undefined) {
    return `${words} ${messages.requestId(error.requestId)}`
  }
  const waitMs = (error.retryAt ?? 0) - Date.now()
  if (waitMs <= 0 || error.retryAt === undefined) return words
  const time = new Date(error.retryAt)
  const when =
    waitMs < soonMs
      ? messages.comeBackIn(Math.ceil(waitMs / 1000))
      : messages.comeBackAt(time.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' }))
  return `${words} ${when}`
}
