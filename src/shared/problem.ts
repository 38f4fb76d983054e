export const problemCodes = [
  'bad-request',
  'not-found',
  'method-not-allowed',
  'unknown-host',
  'foreign-origin',
  'too-large',
  'text-too-costly',
  'question-too-long',
  'question-empty',
  'search-too-long',
  'too-many-turns',
  'too-many-media',
  'unknown-media',
  'pairing-gone',
  'unknown-model',
  'thinking-not-switchable',
  'budget-out-of-range',
  'key-reused',
  'media-too-big',
  'media-unreadable',
  'media-unsupported',
  'media-too-small',
  'media-too-many-pixels',
  'video-unsupported',
  'video-out-of-range',
  'model-no-video',
  'url-invalid',
  'url-blocked',
  'url-unreachable',
  'access-code-required',
  'access-code-wrong',
  'admin-code-required',
  'too-many-tries',
  'runs-at-once',
  'runs-per-minute',
  'runs-per-day',
  'budget-spent',
  'question-too-costly',
  'visitor-blocked',
  'uploads-per-minute',
  'writes-per-minute',
  'pixels-per-minute',
  'busy',
  'too-slow',
  'not-received',
  'share-gone',
  'share-live',
  'too-many-shares',
  'import-unreadable',
  'shutting-down',
  'storage-full',
  'media-unavailable',
  'media-gone',
  'database-away',
  'quota-full',
  'text-quota-full',
  'added-per-day',
  'internal',
] as const
export type ProblemCode = (typeof problemCodes)[number]

/** RFC 9457. `detail` is plain English naming the limit and the next step; the page words `code` itself. */
export type Problem = { type: string; title: string; status: number; detail: string; code: ProblemCode }

/** Thrown anywhere on the server; becomes a response in one place. */
export class ProblemError extends Error {
  readonly status: number
  readonly code: ProblemCode
  /** When to come back. */
  readonly retryAfterS: number | undefined
  constructor(status: number, code: ProblemCode, detail: string, retryAfterS?: number) {
    super(detail)
    this.name = 'ProblemError'
    this.status = status
    this.code = code
    this.retryAfterS = retryAfterS
  }
}
