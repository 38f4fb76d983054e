import { lookup as dnsLookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { limits } from '../../shared/config.ts'
import { ProblemError } from '../../shared/problem.ts'
import { isInternalName } from '../network/is-internal-name.ts'
import { createHttpClient, type HttpClientOptions } from '../network/send-request.ts'

type Lookup = (host: string) => Promise<string[]>

const maxRedirects = 3
const timeoutMs = 20_000
/** A refusal is told at the next full second, so that its time tells nothing about the network here either. */
const responseQuantum = 1_000
const redirectStatus = new Set([301, 302, 303, 307, 308])

/** Unicast by their numbers, but services of clouds that answer to the machine itself. */
const cloudServices = new Set(['100.100.100.200', '168.63.129.16', '169.254.169.254'])
/** All that is handed out to anybody. Keeps out the deprecated ::a.b.c.d, which counts as unicast. */
const handedOut = ipaddr.IPv6.parseCIDR('2000::/3')

/** Whether an address is on the open internet: no private, local or reserved one, and no IPv6 that carries an IPv4. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast' || cloudServices.has(parsed.toString())) return false
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(handedOut)
}

const resolveAll: Lookup = async (host) => (await dnsLookup(host, { all: true })).map(({ address }) => address)

/** One sentence for inside and nowhere, so that an answer tells nothing about the network here. */
const unreachable = () =>
  new ProblemError(422, 'url-unreachable', 'The picture could not be fetched from there. Save it and add it as a file.')
const tooBig = () =>
  new ProblemError(
    413,
    'media-too-big',
    `A picture may have ${limits.maxUploadBytes / 1024 / 1024} MB. Send a smaller one.`,
  )

/** Told of bytes before they are kept; what it throws ends the fetching. */
type OnBytes = (bytes: number) => Promise<void>

export type FetchUrl = (url: string, signal: AbortSignal, onBytes?: OnBytes) => Promise<Uint8Array>

/**
 * Fetches a picture that a visitor named. A name that only means something inside is not looked up; any other one is
 * resolved once, every address must be public, and the connection goes to the checked addresses. All of that holds for
 * each of at most three redirects. `allow` lists `host:port` that are exempt.
 * Throws a ProblemError, or the reason of `signal` when that stopped it.
 */
export function createFetchUrl(options: {
  allow: string[]
  lookup?: Lookup
  /** Opens the connection, to what `lookup` answers and nowhere else. */
  connect?: (lookup: LookupFunction) => HttpClientOptions['createConnection']
  timeoutMs?: number
  responseQuantum?: number
}) {
  const { allow, lookup = resolveAll } = options
  const atMost = options.timeoutMs ?? timeoutMs
  const quantum = options.responseQuantum ?? responseQuantum

  /** The addresses to connect to, all of them checked. */
  async function readAddresses(url: URL, signal: AbortSignal): Promise<string[]> {
    const port = url.port || (url.protocol === 'https:' ? '443' : '80')
    const isAllowed = allow.includes(`${url.hostname}:${port}`)
    if (!isAllowed && url.port !== '') {
      throw new ProblemError(
        422,
        'url-blocked',
        'Pictures are fetched from the usual ports only. Save it and add it as a file.',
      )
    }
    const host = url.hostname.replace(/^\[|\]$/g, '')
    // A literal address never reaches a lookup, so it is checked here like a name's addresses.
    // The question itself would tell a name server, and what listens on the network here, that somebody asked.
    if (!isAllowed && !ipaddr.isValid(host) && isInternalName(host)) throw unreachable()
    const addresses = ipaddr.isValid(host) ? [host] : await orAborted(lookup(host), signal)
    if (addresses.length === 0 || (!isAllowed && !addresses.every(isPublicAddress))) throw unreachable()
    return addresses
  }

  async function fetchOnce(
    url: URL,
    signal: AbortSignal,
    onBytes?: OnBytes,
  ): Promise<{ bytes: Uint8Array } | { location: string }> {
    const lookup = toLookup(await readAddresses(url, signal))
    const createConnection = options.connect?.(lookup)
    const send = createHttpClient({ keepsAlive: false, lookup, ...(createConnection && { createConnection }) })
    const response = await send(url, {
      signal,
      headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'ShowWork' },
    })
    try {
      const { statusCode = 0, headers } = response
      if (redirectStatus.has(statusCode) && headers.location !== undefined) return { location: headers.location }
      if (statusCode !== 200) throw unreachable()
      if (Number(headers['content-length']) > limits.maxUploadBytes) throw tooBig()
      return { bytes: await readBody(response, onBytes) }
    } finally {
      response.destroy()
    }
  }

  return async (text: string, signal: AbortSignal, onBytes?: OnBytes): Promise<Uint8Array> => {
    const startedAt = performance.now()
    const limit = AbortSignal.any([signal, AbortSignal.timeout(atMost)])
    let from: URL | undefined
    let target = text
    try {
      for (let hop = 0; hop <= maxRedirects; hop += 1) {
        const url = parseUrl(target, from)
        const result = await fetchOnce(url, limit, onBytes)
        if ('bytes' in result) return result.bytes
        from = url
        target = result.location
      }
    } catch (error) {
      if (error instanceof ProblemError && error.code !== 'url-unreachable') throw error
      signal.throwIfAborted()
    }
    if (quantum > 0) await sleep(quantum - ((performance.now() - startedAt) % quantum), signal)
    throw unreachable()
  }
}

function parseUrl(text: string, from: URL | undefined): URL {
  if (!URL.canParse(text, from)) {
    throw new ProblemError(422, 'url-invalid', 'This is no address. Send one that begins with https://.')
  }
  const url = new URL(text, from)
  const isWeb = url.protocol === 'https:' || (url.protocol === 'http:' && from?.protocol !== 'https:')
  if (!isWeb || url.username !== '' || url.password !== '') {
    throw new ProblemError(
      422,
      'url-invalid',
      'Pictures are fetched over http and https, without a password in the address.',
    )
  }
  return url
}

const sleep = (ms: number, signal: AbortSignal) =>
  orAborted(new Promise<void>((resolve) => setTimeout(resolve, ms)), signal)

/** Answers with what was checked, whatever the name would resolve to by now. */
function toLookup(addresses: string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  return (_name, options, callback) => {
    if (options.all) callback(null, answers)
    else callback(null, answers[0]?.address ?? '', answers[0]?.family)
  }
}

/** A lookup cannot be stopped, but it need not be waited for. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  let stop = () => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop)
  })
  return await Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', stop))
}

async function readBody(body: AsyncIterable<Uint8Array>, onBytes?: OnBytes): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > limits.maxUploadBytes) throw tooBig()
    await onBytes?.(chunk.byteLength)
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
