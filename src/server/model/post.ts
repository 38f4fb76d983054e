import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { Agent, type Dispatcher } from 'undici'

export type Post = {
  headers: Record<string, string>
  /** Called once. Nothing here holds on to what it gave: it may be many pictures, and an answer takes minutes. */
  body: () => Uint8Array
  signal: AbortSignal
}

export type Receive = {
  onHead: (status: number, headers: IncomingHttpHeaders) => void
  /** Whether more is wanted. A promise holds up the answer until it is settled. */
  onData: (bytes: Uint8Array) => boolean | Promise<boolean>
}

/** Whoever posts watches the silence with timers of its own, so the client's must not. */
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 20_000 } })

/** As a string or bytes the client would keep it until the answer's end. */
function toStream(bytes: Uint8Array): { stream: Readable; length: number } {
  const stream = new Readable({ read() {} })
  stream.push(bytes)
  stream.push(null)
  return { stream, length: bytes.byteLength }
}

/**
 * Posts and hands on the answer's bytes as they come, without a stream in between: each piece of every run passes here.
 * Resolves at the end or when it is enough; rejects where the connection breaks, or the signal or a handler ends it.
 * Redirects are not followed.
 */
export function post(url: URL, { headers, body, signal }: Post, receive: Receive): Promise<void> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    const end = (error?: unknown) => {
      signal.removeEventListener('abort', abort)
      if (error === undefined) resolve()
      else reject(error)
      // Behind the end of the answer this does nothing.
      controller?.abort(error instanceof Error ? error : new Error('Nothing more is wanted.'))
    }
    const abort = () => end(signal.reason ?? new Error('Aborted.'))
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort)
    const { stream, length } = toStream(body())
    agent.dispatch(
      {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        headers: { ...headers, 'content-length': String(length) },
        body: stream,
      },
      {
        onRequestStart(started) {
          controller = started
          if (signal.aborted) started.abort(new Error('Aborted.'))
        },
        onResponseStart(_controller, status, responseHeaders) {
          if (status >= 200) receive.onHead(status, responseHeaders)
        },
        onResponseData(answer, bytes) {
          const wantsMore = receive.onData(bytes)
          if (wantsMore === true) return
          if (wantsMore === false) return end()
          answer.pause()
          wantsMore.then((wants) => {
            if (!wants) end()
            answer.resume()
          }, end)
        },
        onResponseEnd: () => end(),
        onResponseError: (_controller, error) => end(error),
      },
    )
  })
}
