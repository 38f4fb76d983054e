import type { Media } from '../media.ts'
import { deltaKind } from './event-kinds.ts'

export type RunStatus = 'waiting' | 'thinking' | 'answering' | 'finished' | 'failed'

/** Token counts as the upstream reported them. */
export type Usage = {
  inputTokens: number
  outputTokens: number
  thinkingTokens?: number
  imageTokens?: number
  videoTokens?: number
  cachedTokens?: number
}

export const runErrorCodes = [
  'invalid-key',
  'no-credit',
  'access-denied',
  'model-not-found',
  'rate-limited',
  'moderation-input',
  'moderation-output',
  'media-rejected',
  'context-too-long',
  'bad-request',
  'upstream-unavailable',
  'upstream-unreachable',
  'upstream-untrusted',
  'first-byte-timeout',
  'silence-timeout',
  'run-timeout',
  'cut-off',
  'budget-spent',
  'interrupted',
  'internal',
] as const
export type RunErrorCode = (typeof runErrorCodes)[number]

/** `message` is plain English for scripts and logs; the page words `code` itself. */
export type RunError = { code: RunErrorCode; message: string; retryable: boolean; requestId?: string }

/** Of thinking and answer together, far beyond any model's; more is cut off as at the model's own limit. */
export const maxRunChars = 4_000_000

export type FinishReason = 'stop' | 'length' | 'stopped'

/** What happened, before the journal numbers and dates it. */
export type RunEventBody =
  /** The question is on its way to this model. */
  | { type: 'start'; model: string }
  /** More of the model's thinking. Never empty. */
  | { type: 'thinking-delta'; text: string }
  /** More of the answer. Never empty. */
  | { type: 'answer-delta'; text: string }
  /** At most once, before the end. */
  | ({ type: 'usage' } & Usage)
  /** The end, by the model (`stop`), a limit (`length`) or the person (`stopped`). */
  | { type: 'finish'; reason: FinishReason }
  /** The end, by a failure. */
  | ({ type: 'error' } & RunError)

/** `seq` starts at 1 and rises by 1; `at` is milliseconds since the run was created. */
export type RunEvent = { seq: number; at: number } & RunEventBody

export type Thinking = { enabled: boolean; budget?: number }

export type Run = {
  id: string
  parent?: string
  siblingOf?: string
  question: string
  media: Media[]
  model: string
  thinking: Thinking
  status: RunStatus
  thinkingText: string
  answerText: string
  usage?: Usage
  finish?: FinishReason
  error?: RunError
  createdAt: number
  lastSeq: number
  /** Came in an exported file: that these words were a model's is the file's word alone. */
  isImported?: true
  /** Milliseconds since the run was created, from the events' `at`. */
  thinkingStartedAt?: number
  answerStartedAt?: number
  endedAt?: number
}

/** The only way a run's state comes to be: live, stored, shared or replayed. An event already folded changes nothing. */
export function reduceRun(run: Run, event: RunEvent): Run {
  if (event.seq <= run.lastSeq) return run
  const next: Run = { ...run, lastSeq: event.seq }
  switch (event.type) {
    case 'start':
      return next
    case 'thinking-delta':
    case 'answer-delta': {
      const { text, startedAt, status } = deltaKind(event.type)
      next[text] += event.text
      next[startedAt] ??= event.at
      if (run.status !== 'answering') next.status = status
      return next
    }
    case 'usage': {
      const { type: _type, seq: _seq, at: _at, ...usage } = event
      next.usage = usage
      return next
    }
    case 'finish':
      return { ...next, status: 'finished', finish: event.reason, endedAt: event.at }
    case 'error': {
      const { type: _type, seq: _seq, at: _at, ...error } = event
      return { ...next, status: 'failed', error, endedAt: event.at }
    }
  }
}

export const isEnded = (run: Pick<Run, 'status'>) => run.status === 'finished' || run.status === 'failed'
