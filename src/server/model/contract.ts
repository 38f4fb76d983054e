import type { Model } from '../../shared/config.ts'
import type { Thinking } from '../../shared/run/run.ts'
import type { Source } from '../../shared/run/source.ts'

/** A picture, or with `video` the frames or the address of one; `read` then gives a picture of it. */
export type TurnMedia = {
  mime: string
  read: () => Promise<Uint8Array>
  /** Of what is sent of it; nothing where it is only named. */
  bytes?: number
  video?: { fps: number; /** Where they are known. */ frames?: number } & (
    | { readFrames: () => Promise<Uint8Array[]> }
    | { url: string }
    | { file: VideoFile }
  )
}

/** A whole video as it was given. `open` reads it from the start, each time anew. */
export type VideoFile = { hash: string; mime: string; size: number; open: () => AsyncIterable<Uint8Array> }

/** One question and, for an earlier turn, what came of it. */
export type Turn = {
  question: string
  media: TurnMedia[]
  thinkingText?: string
  answerText?: string
}

export type AskRequest = {
  model: Model
  thinking: Thinking
  turns: Turn[]
  /** The pictures go in as large as the model takes them. */
  highResolution?: boolean
  /** Travels along, so that one id leads from the browser to the upstream. */
  requestId?: string
}

/**
 * Puts the last turn's question to a model. Emits `start` first and exactly one `finish` or `error` last;
 * after an abort it just returns. It never throws for what an upstream does.
 */
export type Ask = (request: AskRequest, ...source: Parameters<Source>) => ReturnType<Source>
