import { StringDecoder } from 'node:string_decoder'
import { createParser } from 'eventsource-parser'

/** `status` comes from the comment `:HTTP_STATUS/400` with which DashScope's own protocol precedes `data`. */
export type SseFrame = { event?: string; data: string; status?: number }

/** A line longer than this is no event of a model: the connection would only fill memory. */
const maxLineChars = 8 * 1024 * 1024

export type SseReader = {
  /** The frames that are complete with these bytes. */
  push: (bytes: Uint8Array) => SseFrame[]
  /** A last frame without its blank line still counts. */
  end: () => SseFrame[]
}

/** Bytes, split anywhere, to frames. Plain calls, because each piece of every run comes through here. */
export function createSseReader(): SseReader {
  let ready: SseFrame[] = []
  let status: number | undefined
  const parser = createParser({
    maxBufferSize: maxLineChars,
    onComment(comment) {
      const match = /^HTTP_STATUS\/(\d{3})/.exec(comment.trim())
      if (match) status = Number(match[1])
    },
    onEvent({ event, data }) {
      ready.push({ data, ...(event !== undefined && { event }), ...(status !== undefined && { status }) })
      status = undefined
    },
  })
  // A streaming TextDecoder takes three times as long.
  const decoder = new StringDecoder('utf8')
  let isBegun = false
  const feed = (text: string) => {
    parser.feed(isBegun ? text : text.replace(/^\uFEFF/, ''))
    isBegun ||= text !== ''
    const frames = ready
    ready = []
    return frames
  }
  return {
    push: (bytes) => feed(decoder.write(bytes)),
    end: () => feed(`${decoder.end()}\n\n`),
  }
}
