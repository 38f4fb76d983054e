import type { Messages } from '../../shared/messages/en.ts'
import { ApiError } from '../api/request.ts'

/** A failure in the reader's words. */
export function toWords(error: unknown, messages: Messages): string {
  if (!(error instanceof ApiError)) return messages.problems.internal
  return error.code === 'offline' ? messages.offline : messages.problems[error.code]
}
