import type { Model } from '../shared/config.ts'
import type { RunEventBody, Thinking } from '../shared/run.ts'

/** One question and, for an earlier turn, what came of it. */
export type Turn = {
  question: string
  media: { mime: string; read: () => Promise<Uint8Array> }[]
  thinkingText?: string
  answerText?: string
}

export type AskRequest = {
  model: Model
  thinking: Thinking
  turns: Turn[]
  /** Travels along, so that one id leads from the browser to the upstream. */
  requestId?: string
}

/**
 * Puts the last turn's question to a model. Yields `start` first and exactly one `finish` or `error` last;
 * after an abort it just returns. It never throws for what an upstream does.
 */
export type Ask = (request: AskRequest, signal: AbortSignal) => AsyncIterable<RunEventBody>
