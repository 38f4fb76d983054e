import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import tls from 'node:tls'
import ipaddr from 'ipaddr.js'

/** The proxy over which an address is reached; undefined where it is reached directly. */
export type ProxyFor = (url: URL) => URL | undefined

export type ProxySettings = {
  HTTP_PROXY?: string | undefined
  HTTPS_PROXY?: string | undefined
  ALL_PROXY?: string | undefined
  NO_PROXY?: string[]
}

const bare = (host: string) => host.replace(/^\[|\]$/g, '').toLowerCase()
const portOf = (url: URL) => url.port || (url.protocol === 'https:' ? '443' : '80')

function isInRange(host: string, range: string): boolean {
  if (!ipaddr.isValid(host) || !ipaddr.isValidCIDR(range)) return false
  const address = ipaddr.process(host)
  const parsed = ipaddr.parseCIDR(range)
  return address.kind() === parsed[0].kind() && address.match(parsed)
}

/** `example.com`, `.example.com` and `*.example.com` all mean the name and what is below it; `*` means everything. */
function isExempt(url: URL, entry: string): boolean {
  const host = bare(url.hostname)
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*(?::[^:]*:.*)?)(?::(\d+))?$/.exec(entry) ?? []
  if (port !== undefined && port !== portOf(url)) return false
  const suffix = bare(name).replace(/^\*?\./, '')
  return suffix === '*' || host === suffix || host.endsWith(`.${suffix}`) || isInRange(host, suffix)
}

function isLoopback(host: string): boolean {
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() === 'loopback'
  return host === 'localhost' || host.endsWith('.localhost')
}

/** As most programs read these settings. This machine itself is never reached over a proxy. */
export function createProxyFor(settings: ProxySettings): ProxyFor {
  const { HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY = [] } = settings
  return (url) => {
    const proxy = (url.protocol === 'https:' ? HTTPS_PROXY : HTTP_PROXY) ?? ALL_PROXY
    if (proxy === undefined || isLoopback(bare(url.hostname))) return undefined
    return NO_PROXY.some((entry) => isExempt(url, entry)) ? undefined : new URL(proxy)
  }
}

class ProxyRefusal extends Error {
  readonly code = 'EPROXY'
}

type Opened = (error: Error | null, socket?: Socket) => void
type Target = { host?: string | null; port?: number | string | null; servername?: string }

/**
 * Opens connections through the proxy with CONNECT, to plain targets too: of a request it sees where it goes and no
 * more. Fails where the proxy says anything but yes within `timeoutMs`.
 */
export function tunnelThrough(proxy: URL, isTls: boolean, timeoutMs: number) {
  const { username, password } = proxy
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  return (target: Target, onOpened: Opened): undefined => {
    const host = target.host ?? ''
    const path = `${host.includes(':') ? `[${host}]` : host}:${target.port ?? ''}`
    const request = (proxy.protocol === 'https:' ? https : http).request({
      host: bare(proxy.hostname),
      port: portOf(proxy),
      method: 'CONNECT',
      path,
      headers: { host: path, ...(username && { 'proxy-authorization': `Basic ${credentials}` }) },
      agent: false,
    })
    request.setTimeout(timeoutMs, () => request.destroy(new ProxyRefusal('The proxy did not answer in time.')))
    request.on('connect', (response, socket) => {
      socket.setTimeout(0)
      if (response.statusCode === 200) {
        return onOpened(null, isTls ? tls.connect({ ...target, socket, host } as tls.ConnectionOptions) : socket)
      }
      socket.destroy()
      return onOpened(new ProxyRefusal(`The proxy answered ${response.statusCode}.`))
    })
    request.on('response', (response) => {
      response.destroy()
      onOpened(new ProxyRefusal(`The proxy answered ${response.statusCode}.`))
    })
    request.on('error', onOpened)
    request.end()
    return undefined
  }
}
