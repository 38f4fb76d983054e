import ipaddr from 'ipaddr.js'

/** Who asks, as far as the connection and trusted proxies vouch. */
export type Client = {
  /** Absent where a request came over no socket. IPv4 in IPv6 is written as IPv4. */
  address?: string
  /** The address is this machine's own and no proxy stands in between. */
  isLoopback: boolean
  /** A proxy that nobody named in TRUST_PROXY stands in between: who asks is not who the connection says. */
  isRelayed: boolean
  /** TLS up to the person. */
  isSecure: boolean
  /** Host and, where there is one, port that the person used. */
  host: string
}

type Header = (name: string) => string | undefined
type Trust = (address: string) => boolean

const toAddress = (text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined =>
  ipaddr.isValid(text) ? ipaddr.process(text) : undefined

/** Whether `text` names addresses the way TRUST_PROXY does: one, or a range such as 10.0.0.0/8. */
export const isRange = (text: string) => toAddress(text) !== undefined || ipaddr.isValidCIDR(text)

/** Throws where an entry is no range. */
export function createTrust(ranges: string[]): Trust {
  const parsed = ranges.map((range) => {
    if (ipaddr.isValidCIDR(range)) return ipaddr.parseCIDR(range)
    const address = ipaddr.process(range)
    return [address, address.kind() === 'ipv4' ? 32 : 128] as [ipaddr.IPv4 | ipaddr.IPv6, number]
  })
  return (text) => {
    const address = toAddress(text)
    return address !== undefined && parsed.some((range) => address.kind() === range[0].kind() && address.match(range))
  }
}

const list = (value: string | undefined) => (value ?? '').split(',').map((part) => part.trim())

/** From right to left: each trusted proxy vouches for the one before it. */
function readForwarded(peer: string, header: Header, isTrusted: Trust): string {
  const hops = list(header('x-forwarded-for'))
  let address = peer
  while (isTrusted(address)) {
    const hop = hops.pop()?.replace(/^\[([^\]]*)\](:\d+)?$/, '$1')
    const named = hop && (toAddress(hop) ?? toAddress(hop.replace(/:\d+$/, '')))
    if (!named) break
    address = named.toString()
  }
  return address
}

const marks = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via']
/** What gives a proxy away. No browser speaks HTTP/1.0; nginx does, where it is told nothing. */
const isForwarded = (header: Header, httpVersion: string | undefined) =>
  httpVersion === '1.0' || marks.some((name) => header(name) !== undefined)

/**
 * `peer` is the socket's other end, `url` the request's. `secureHost` is the host under which everybody comes over TLS,
 * because PUBLIC_URL says so.
 */
export function readClient(
  {
    peer,
    url,
    header,
    httpVersion,
  }: { peer: string | undefined; url: string; header: Header; httpVersion?: string | undefined },
  isTrusted: Trust,
  secureHost: string | undefined,
): Client {
  const isProxied = peer !== undefined && isTrusted(peer)
  const forwarded = (name: string) => (isProxied && list(header(name))[0]) || undefined
  const host = forwarded('x-forwarded-host') ?? header('host') ?? new URL(url).host
  const proto = forwarded('x-forwarded-proto') ?? new URL(url).protocol.replace(':', '')
  const address = peer === undefined ? undefined : toAddress(readForwarded(peer, header, isTrusted))
  const isRelayed = peer !== undefined && !isProxied && isForwarded(header, httpVersion)
  return {
    ...(address && { address: address.toString() }),
    isLoopback: address?.range() === 'loopback' && !isRelayed,
    isRelayed,
    isSecure: proto === 'https' || host === secureHost,
    host,
  }
}

/** What limits count: an IPv4 address, or the /64 that one IPv6 household or phone has to itself. */
export function toSubnet(address: string): string {
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${(parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`
}
