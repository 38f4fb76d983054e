import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { LookupFunction, Socket } from 'node:net'
import { Readable } from 'node:stream'
import { tunnelThrough, type ProxyFor } from './proxy.ts'

export type HttpRequest = {
  method?: string
  headers?: Record<string, string>
  /** Bytes are sent with their length; of pieces the caller gives `content-length`. */
  body?: Uint8Array | AsyncIterable<Uint8Array>
  signal?: AbortSignal
  /** Called when all of the body was handed to the network. */
  onSent?: () => void
}

export type HttpClientOptions = {
  /** Until the connection is there, TLS included. */
  connectMs?: number
  maxSockets?: number
  /** Whether connections are kept for the next request. */
  keepsAlive?: boolean
  lookup?: LookupFunction
  /** Opens the connections instead of Node. */
  createConnection?: http.Agent['createConnection']
  proxyFor?: ProxyFor
}

export type SendRequest = (url: URL | string, request?: HttpRequest) => Promise<IncomingMessage>

/** Idle connections go before most servers close theirs. */
const idleMs = 4_000

class ConnectTimeout extends Error {
  readonly code = 'ETIMEDOUT'
  readonly syscall = 'connect'
}

function limitConnect(request: ClientRequest, connectMs: number) {
  let timer: NodeJS.Timeout | undefined
  const clear = () => clearTimeout(timer)
  request.once('socket', (socket: Socket) => {
    if (request.reusedSocket) return
    timer = setTimeout(() => request.destroy(new ConnectTimeout('The connection was not made in time.')), connectMs)
    // One that comes out of a proxy is there already.
    if (request.protocol === 'http:' && !socket.connecting) return clear()
    socket.once(request.protocol === 'https:' ? 'secureConnect' : 'connect', clear)
  })
  request.once('response', clear).once('close', clear)
}

/**
 * Requests by Node's own client. Its responses are streams that may be paused and left when the connection ends in any
 * way: undici and the `fetch` built on it throw an assertion outside any `try` there, which ends the process.
 * A request resolves with the head of the response, whatever its status, and follows no redirect. The body is to be read
 * or destroyed. Rejects with the network's error, or with an AbortError.
 */
export function createHttpClient(options: HttpClientOptions = {}): SendRequest {
  const { connectMs = 20_000, maxSockets = Infinity, keepsAlive = true, lookup, createConnection, proxyFor } = options
  const agentOptions = { keepAlive: keepsAlive, maxSockets, timeout: idleMs }
  const agents = { 'http:': new http.Agent(agentOptions), 'https:': new https.Agent(agentOptions) }
  if (createConnection) for (const agent of Object.values(agents)) agent.createConnection = createConnection
  const proxied = new Map<string, http.Agent>()

  function toAgent(url: URL, isTls: boolean): http.Agent {
    const proxy = proxyFor?.(url)
    if (!proxy) return agents[isTls ? 'https:' : 'http:']
    const name = `${proxy.href} ${isTls}`
    const agent = proxied.get(name) ?? (isTls ? new https.Agent(agentOptions) : new http.Agent(agentOptions))
    agent.createConnection = tunnelThrough(proxy, isTls, connectMs) as unknown as http.Agent['createConnection']
    proxied.set(name, agent)
    return agent
  }

  return (address, { method = 'GET', headers, body, signal, onSent } = {}) => {
    const url = new URL(address)
    const isTls = url.protocol === 'https:'
    const request = (isTls ? https : http).request(url, {
      method,
      ...(headers && { headers }),
      ...(signal && { signal }),
      ...(lookup && { lookup }),
      agent: toAgent(url, isTls),
    })
    limitConnect(request, connectMs)
    if (onSent) request.once('finish', onSent)
    // No closure here captures the body: it is let go when it is sent, long before the response has ended.
    if (body === undefined || body instanceof Uint8Array) request.end(body)
    else sendPieces(request, body)
    return waitForResponse(request, signal)
  }
}

function waitForResponse(request: ClientRequest, signal: AbortSignal | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // Node ends a request that has no connection yet only when it gets one.
    const stop = () => reject(Object.assign(new Error('The request was stopped.'), { name: 'AbortError' }))
    signal?.addEventListener('abort', stop)
    request.on('close', () => signal?.removeEventListener('abort', stop))
    if (signal?.aborted) stop()
    // What breaks behind the head shows at the response; here nobody waits for it any more.
    request.on('error', reject)
    request.on('close', () => reject(new Error('The connection closed before a response.')))
    request.on('response', (response) => {
      response.on('error', () => {})
      resolve(response)
    })
  })
}

function sendPieces(request: ClientRequest, pieces: AsyncIterable<Uint8Array>) {
  const source = pieces instanceof Readable ? pieces : Readable.from(pieces)
  source.on('error', (error) => request.destroy(error))
  request.on('close', () => source.destroy())
  source.pipe(request)
}

/** The whole body, in UTF-8. Rejects where it breaks off, or is longer than `maxBytes`. */
export async function readText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of response as AsyncIterable<Uint8Array>) {
    size += piece.byteLength
    if (size > maxBytes) throw new Error(`The response is longer than ${maxBytes} bytes.`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
