import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { createTrust } from '../network/client-address.ts'
import type { Problem } from '../../shared/problem.ts'
import { commonHeaders, usualHeaders } from './secure-headers.ts'

/** Of Node's server, in milliseconds and bytes. */
export const serverOptions = {
  // Node refuses a request without one with a bare reply; here `protectServer` has it refused like one that is broken.
  requireHostHeader: false,
  maxHeaderSize: 16 * 1024,
  headersTimeout: 15_000,
  // A whole video of 512 MB takes an hour at 1.2 Mbit/s; `protectServer` is shorter with all else.
  requestTimeout: 3_600_000,
  connectionsCheckingInterval: 5_000,
  // Longer than the minute that proxies keep an idle connection for.
  keepAliveTimeout: 75_000,
}

/** Whoever sends slower than this is let go: 20 MB take 4 minutes at 0.7 Mbit/s. */
const maxSendingMs = 240_000
/** A connection over which nothing goes either way for this long, while it is asked or answered, is let go. */
const maxSilentMs = 90_000
const maxConnections = 12_000
/** A school behind one address, with six connections a browser. */
const maxPerAddress = 2_000

/** No host can be written so. */
const noHost = '?'
const securityHeaders = Object.entries({ ...commonHeaders, ...usualHeaders })

const refusals: Record<string, [status: number, title: string, detail: string]> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The headers may have 16 kB. Delete some cookies.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request took too long to arrive. Send it again.'],
  EXPECTATION: [417, 'Expectation Failed', 'Nothing but 100-continue may be expected. Leave the header Expect out.'],
}
const refuse = (code: keyof typeof refusals) => ({ name: '', message: '', code })

/** What never becomes a request is refused in the same form as all else. */
function answerRefused(error: NodeJS.ErrnoException, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [status, title, detail] = refusals[error.code ?? ''] ?? [400, 'Bad Request', 'This is not HTTP/1.1.']
  const problem: Problem = { type: 'about:blank', title, status, detail, code: 'bad-request' }
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...securityHeaders.map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  // What it still sends would be read for ever; it has a moment to read the answer.
  setTimeout(() => socket.destroy(), 1_000).unref()
}

function limitSending(request: IncomingMessage, ms: number) {
  if (request.method === 'GET' || request.method === 'HEAD' || request.url?.startsWith('/api/media/videos')) return
  const timer = setTimeout(() => {
    answerRefused(refuse('ERR_HTTP_REQUEST_TIMEOUT'), request.socket)
  }, ms)
  request.once('close', () => clearTimeout(timer))
}

/** Bounds connections, altogether and per address (trusted proxies and this machine bring many people), and bodies in time. */
export function protectServer(
  server: Server,
  trustedProxies: string[],
  { sendingMs = maxSendingMs, silentMs = maxSilentMs } = {},
) {
  const isTrusted = createTrust([...trustedProxies, '127.0.0.0/8', '::1'])
  const open = new Map<string, number>()
  server.maxConnections = maxConnections
  // Whoever asks and never reads is destroyed with all that waits for them: what is only ended waits for them for ever.
  server.timeout = silentMs
  server.on('clientError', answerRefused)
  // Some replies are not the app's: to a host that is none, or to what Node itself refuses.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.httpVersion === '1.1') request.headers.host ??= noHost
    for (const [name, value] of securityHeaders) response.setHeader(name, value)
  })
  server.on('checkExpectation', ({ socket }: IncomingMessage) => answerRefused(refuse('EXPECTATION'), socket))
  server.on('request', (request: IncomingMessage) => limitSending(request, sendingMs))
  server.on('connection', (socket) => {
    const address = socket.remoteAddress
    if (address === undefined || isTrusted(address)) return
    const count = (open.get(address) ?? 0) + 1
    open.set(address, count)
    socket.on('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
    if (count > maxPerAddress) socket.destroy()
  })
}
