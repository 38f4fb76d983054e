import { createParser } from 'eventsource-parser'

/** `status` comes from the comment `:HTTP_STATUS/400` with which DashScope's own protocol precedes `data`. */
export type SseFrame = { event?: string; data: string; status?: number }

/** A line longer than this is no event of a model: the connection would only fill memory. */
const maxLineChars = 8 * 1024 * 1024

/** Bytes, split anywhere, to frames. A last frame without its blank line still counts. Throws what `bytes` throws. */
export async function* readSse(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SseFrame> {
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
  // TextDecoder also drops the BOM.
  const decoder = new TextDecoder()
  for await (const chunk of bytes) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    const frames = ready
    ready = []
    yield* frames
  }
  parser.feed(`${decoder.decode()}\n\n`)
  yield* ready
}
