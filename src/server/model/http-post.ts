import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { SendRequest } from '../network/send-request.ts'

export type Post = {
  headers: Record<string, string>
  /** Called once. Nothing here holds on to what it gave: it may be many pictures, and an answer takes minutes. */
  body: () => Uint8Array
  signal: AbortSignal
  /** Called when all of the body was handed to the network. */
  onSent?: () => void
}

export type Receive = {
  onHead: (status: number, headers: IncomingHttpHeaders) => void
  /** Whether more is wanted. A promise holds up the answer until it is settled. */
  onData: (bytes: Uint8Array) => boolean | Promise<boolean>
}

/**
 * While the answer is held up this much of it is taken all the same, so that what came before a connection broke is
 * there; from here on the connection is paused.
 */
const maxHeldBytes = 256 * 1024
const maxHeldPieces = 4_096

/**
 * Posts and hands on the answer's bytes as they come. Resolves at the end or when it is enough; rejects where the
 * connection breaks, or the signal or a handler ends it. Redirects are not followed.
 */
export async function post(
  send: SendRequest,
  url: URL,
  { headers, body, signal, onSent }: Post,
  receive: Receive,
): Promise<void> {
  const response = await send(url, { method: 'POST', headers, body: body(), signal, ...(onSent && { onSent }) })
  receive.onHead(response.statusCode ?? 0, response.headers)
  await readBody(response, receive.onData, signal)
}

function readBody(response: IncomingMessage, onData: Receive['onData'], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let held: Uint8Array[] = []
    let heldBytes = 0
    let isHeld = false
    let isSettled = false
    let end: { error?: Error } | undefined

    function settle(error?: unknown) {
      isSettled = true
      signal.removeEventListener('abort', abort)
      response.destroy()
      if (error === undefined) resolve()
      else reject(error)
    }
    const abort = () => settle(signal.reason ?? new Error('Aborted.'))

    function take(bytes: Uint8Array) {
      const wantsMore = onData(bytes)
      if (wantsMore === true) return
      if (wantsMore === false) return settle()
      isHeld = true
      wantsMore.then((wants) => (wants ? takeHeld() : settle())).catch(settle)
    }

    function takeHeld() {
      isHeld = false
      const pieces = held
      held = []
      heldBytes = 0
      for (const [index, bytes] of pieces.entries()) {
        if (isSettled) return
        // Held up again: the rest waits on.
        if (isHeld) {
          held = pieces.slice(index)
          heldBytes = held.reduce((sum, { byteLength }) => sum + byteLength, 0)
          return
        }
        take(bytes)
      }
      if (isHeld || isSettled) return
      if (end) settle(end.error)
      else response.resume()
    }

    function finish(error?: Error) {
      if (end || isSettled) return
      end = { ...(error && { error }) }
      // What a broken response still has is not emitted any more.
      for (let rest: Uint8Array | null; (rest = response.read()) !== null;) held.push(rest)
      if (!isHeld) takeHeld()
    }

    signal.addEventListener('abort', abort)
    response.on('data', (bytes: Buffer) => {
      if (isSettled) return
      if (isHeld) {
        held.push(bytes)
        heldBytes += bytes.byteLength
        if (heldBytes > maxHeldBytes || held.length > maxHeldPieces) response.pause()
        return
      }
      try {
        take(bytes)
      } catch (error) {
        settle(error)
      }
    })
    response.on('end', () => finish())
    response.on('error', finish)
    response.on('close', () => finish(new Error('The connection closed.')))
  })
}
