import { lookup as dnsLookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import { Agent, request } from 'undici'
import { limits } from '../../shared/config.ts'
import { ProblemError } from '../../shared/problem.ts'

type Lookup = (host: string) => Promise<string[]>

const maxRedirects = 3
const timeoutMs = 20_000
/** Unicast by their numbers, but metadata services of clouds. */
const metadata = new Set(['100.100.100.200', '168.63.129.16', '169.254.169.254'])
/** Forms of IPv6 that carry an IPv4 address somewhere we cannot follow: deprecated ::/96, NAT64, 6to4, Teredo. */
const carriers = ['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32'].map((range) =>
  ipaddr.IPv6.parseCIDR(range),
)

export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || metadata.has(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv4' || !carriers.some((range) => (parsed as ipaddr.IPv6).match(range))
}

const resolveAll: Lookup = async (host) => (await dnsLookup(host, { all: true })).map(({ address }) => address)

/** One sentence for inside and nowhere, so that an answer tells nothing about the network here. */
const unreachable = () =>
  new ProblemError(422, 'url-unreachable', 'The picture could not be fetched from there. Save it and add it as a file.')

/**
 * Fetches a picture that a visitor named. The name is resolved once, every address must be public, and the connection
 * goes to the checked address, at each of at most three redirects. `allow` lists `host:port` that are exempt.
 */
export function createFetchUrl({ allow, lookup = resolveAll }: { allow: string[]; lookup?: Lookup }) {
  async function fetchOnce(url: URL, signal: AbortSignal): Promise<{ bytes: Uint8Array } | { location: string }> {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
    const isAllowed = allow.includes(`${url.hostname}:${port}`)
    if (!isAllowed && url.port !== '') {
      throw new ProblemError(
        422,
        'url-blocked',
        'Pictures are fetched from the usual ports only. Save it and add it as a file.',
      )
    }
    const addresses = ipaddr.isValid(host) ? [host] : await lookup(host).catch(() => [])
    const [address] = addresses
    if (address === undefined || (!isAllowed && !addresses.every(isPublicAddress))) throw unreachable()
    const agent = new Agent({
      connect: {
        lookup: (_name, _options, callback) => callback(null, [{ address, family: address.includes(':') ? 6 : 4 }]),
      },
    })
    try {
      const { statusCode, headers, body } = await request(url, {
        dispatcher: agent,
        signal,
        headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'ShowWork' },
      })
      // A body left unread is destroyed, and says so as an error that nobody else would hear.
      body.on('error', () => {})
      if (statusCode >= 300 && statusCode < 400 && typeof headers.location === 'string') {
        body.destroy()
        return { location: headers.location }
      }
      if (statusCode !== 200) {
        body.destroy()
        throw unreachable()
      }
      const chunks: Uint8Array[] = []
      let size = 0
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        size += chunk.byteLength
        if (size > limits.maxUploadBytes) {
          throw new ProblemError(
            413,
            'media-too-big',
            `A picture may have ${limits.maxUploadBytes / 1024 / 1024} MB. Send a smaller one.`,
          )
        }
        chunks.push(chunk)
      }
      return { bytes: Buffer.concat(chunks) }
    } finally {
      void agent.destroy()
    }
  }

  return async (text: string, signal: AbortSignal): Promise<Uint8Array> => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    let from: URL | undefined
    let target = text
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      if (!URL.canParse(target, from))
        throw new ProblemError(422, 'url-invalid', 'This is no address. Send one that begins with https://.')
      const url = new URL(target, from)
      const isWeb = url.protocol === 'https:' || (url.protocol === 'http:' && from?.protocol !== 'https:')
      if (!isWeb || url.username !== '' || url.password !== '') {
        throw new ProblemError(
          422,
          'url-invalid',
          'Pictures are fetched over http and https, without a password in the address.',
        )
      }
      const result = await fetchOnce(url, limit).catch((error: unknown) => {
        throw error instanceof ProblemError ? error : unreachable()
      })
      if ('bytes' in result) return result.bytes
      from = url
      target = result.location
    }
    throw unreachable()
  }
}
