import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect as connectSocket, isIP, type AddressInfo, type LookupFunction } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ProblemError } from '../../shared/problem.ts'
import type { HttpClientOptions } from '../network/send-request.ts'
import { createFetchUrl, isPublicAddress } from './fetch-url.ts'

/** `npm run soak` sets it. */
const chains = Number(process.env['FETCH_CHAINS'] ?? 300)

/** IPv4 that an outsider has no business with: this machine, its networks, clouds' services, reserved, multicast. */
const inner4 = (
  '127.0.0.1 127.0.0.53 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 ' +
  '192.168.255.255 169.254.0.1 169.254.169.254 169.254.170.2 100.64.0.1 100.127.255.255 100.100.100.200 168.63.129.16 ' +
  '192.0.0.1 192.0.0.192 192.0.2.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 192.88.99.1 224.0.0.1 ' +
  '239.255.255.255 240.0.0.1 255.255.255.255'
).split(' ')
const inner6 = (
  ':: ::1 ::2 ::ffff:0:0 ::127.0.0.1 ::a00:1 ::ffff:127.0.0.1 ::ffff:a00:1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 ' +
  '64:ff9b::a00:1 64:ff9b:1::1 64:ff9b:1:ffff:: 100::1 100:0:0:1::1 2001::1 2001:0:7f00:1:: 2001:2::1 2001:10::1 2001:20::1 ' +
  '2001:db8::1 2002:7f00:1:: 2002:a00:1::1 2002:c0a8:1:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fdff::1 fe80::1 fe80::a00:1 ' +
  'febf::1 fec0::1 ff00::1 ff02::1 ff05::2 4000::1 8000::1 e000::1 1000::1'
).split(' ')
const outer = ['1.1.1.1', '93.184.216.34', '8.8.8.8', '2606:4700::1111', '2a00:1450:4001::5']

/** The ways to write an IPv4 address in a URL. */
function toForms(address: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
  const whole = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d
  const hex = (value: number) => value.toString(16)
  const group = `${hex(a * 256 + b)}:${hex(c * 256 + d)}`
  const wide = [...address].map((char) => (char === '.' ? '。' : String.fromCharCode(char.charCodeAt(0) + 0xfee0)))
  return [
    address,
    `${address}.`,
    String(whole),
    `0x${hex(whole)}`,
    `0${whole.toString(8)}`,
    [a, b, c, d].map((part) => `0x${hex(part)}`).join('.'),
    [a, b, c, d].map((part) => `0${part.toString(8)}`).join('.'),
    `${a}.${b}.${c * 256 + d}`,
    `${a}.${b * 65_536 + c * 256 + d}`,
    address.replaceAll('.', '%2e'),
    wide.join(''),
    `[::ffff:${address}]`,
    `[::ffff:${group}]`,
    `[::${address}]`,
    `[64:ff9b::${group}]`,
    `[2002:${group}::1]`,
    `[0:0:0:0:0:ffff:${address}]`,
  ]
}

type Answer = { location: string } | { bytes: string }
let server: Server
let port = 0
/** What the world answers by `host/path`, and everything that was asked of it. */
let world = new Map<string, Answer>()
let asked: IncomingMessage[] = []
/** Addresses that connections went to. */
let connected: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request)
    const answer = world.get(`${request.headers.host}${request.url}`)
    if (!answer) response.writeHead(404).end()
    else if ('location' in answer) {
      const location = Buffer.from(answer.location).toString('latin1')
      response.writeHead(302, { location, 'set-cookie': 'a=b' }).end()
    } else response.end(answer.bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())
beforeEach(() => {
  world = new Map()
  asked = []
  connected = []
})

/** Notes the address a connection would go to, and goes to the world instead. */
const connect =
  (lookup: LookupFunction): HttpClientOptions['createConnection'] =>
  ({ host }, callback) => {
    const open = (address: string) => {
      connected.push(address)
      const socket = connectSocket(port, '127.0.0.1', () => callback?.(null, socket))
    }
    const name = (host ?? '').replace(/^\[|\]$/g, '')
    if (isIP(name)) open(name)
    else lookup(name, { all: true }, (_error, found) => open(Array.isArray(found) ? (found[0]?.address ?? '') : found))
    return undefined
  }

const { signal } = new AbortController()
const fetchFrom = async (url: string, lookup: (host: string) => Promise<string[]>) =>
  await createFetchUrl({ allow: [], lookup, connect, responseQuantum: 0 })(url, signal).then(
    (bytes) => new TextDecoder().decode(bytes),
    (error: ProblemError) => error.code,
  )
const resolveTo = (addresses: string[]) => async () => addresses

describe.each(inner4)('%s', (address) => {
  test('is reached in no way of writing it, directly, as a name, or over a redirect', async () => {
    for (const form of toForms(address)) {
      for (const scheme of ['http', 'https']) {
        expect(await fetchFrom(`${scheme}://${form}/x`, resolveTo(['1.1.1.1'])), form).toMatch(/^url-/)
      }
      world.set('a.example/go', { location: `http://${form}/inside` })
      expect(await fetchFrom('http://a.example/go', resolveTo(['1.1.1.1'])), form).toMatch(/^url-/)
    }
    expect(await fetchFrom('https://name.example/', resolveTo([address]))).toBe('url-unreachable')
    expect(await fetchFrom('https://name.example/', resolveTo(['1.1.1.1', address]))).toBe('url-unreachable')
    expect(await fetchFrom('https://name.example/', resolveTo([`::ffff:${address}`]))).toBe('url-unreachable')
    expect(connected.every((to) => to === '1.1.1.1')).toBe(true)
    expect(asked.every(({ url }) => url === '/go')).toBe(true)
  })
})

test.each(inner6)('%s is reached in no way either', async (address) => {
  expect(isPublicAddress(address)).toBe(false)
  expect(await fetchFrom(`https://[${address}]/`, resolveTo(['1.1.1.1']))).toMatch(/^url-/)
  expect(await fetchFrom('https://name.example/', resolveTo([address]))).toBe('url-unreachable')
  expect(await fetchFrom('https://name.example/', resolveTo(['2606:4700::1111', address]))).toBe('url-unreachable')
  world.set('a.example/go', { location: `//[${address}]/inside` })
  expect(await fetchFrom('http://a.example/go', resolveTo(['1.1.1.1']))).toMatch(/^url-/)
  expect(connected.filter((to) => to !== '1.1.1.1')).toEqual([])
})

const innerNames =
  'localhost LOCALHOST localhost. ip6-localhost a.localhost metadata.google.internal INTERNAL intranet printer a.local a.local. nas.lan router.home.arpa box.localdomain wiki.corp'
test.each(innerNames.split(' '))('the name %s is refused before it is looked up, at a redirect too', async (name) => {
  const looked: string[] = []
  const lookup = async (host: string) => {
    looked.push(host)
    return ['1.1.1.1']
  }
  expect(await fetchFrom(`http://${name}/`, lookup)).toBe('url-unreachable')
  world.set('a.example/go', { location: `//${name}/inside` })
  expect(await fetchFrom('http://a.example/go', lookup)).toBe('url-unreachable')
  expect(looked).toEqual(['a.example'])
})

test.each(outer)('%s is fetched, once looked up, and asked without cookies or credentials', async (address) => {
  world.set('a.example/x', { location: 'https://b.example/y' })
  world.set('b.example/y', { bytes: 'picture' })
  const looked: string[] = []
  const bytes = await fetchFrom('http://a.example/x#secret', async (host) => {
    looked.push(host)
    return [address]
  })
  expect(bytes).toBe('picture')
  expect(looked).toEqual(['a.example', 'b.example'])
  expect(connected).toEqual([address, address])
  for (const { headers } of asked) {
    expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent'])
  }
})

test('a resolver that flips its answer is asked once, and the connection goes to the first', async () => {
  for (const inside of inner4) {
    connected = []
    let turn = 0
    world.set('flip.example/x', { bytes: 'picture' })
    const lookup = async () => (turn++ === 0 ? ['93.184.216.34'] : [inside])
    expect(await fetchFrom('https://flip.example/x', lookup)).toBe('picture')
    expect([turn, connected]).toEqual([1, ['93.184.216.34']])
    // The same name again, at a redirect, is looked up again and refused.
    world.set('flip.example/x', { location: 'https://flip.example/again' })
    turn = 0
    expect(await fetchFrom('https://flip.example/x', lookup)).toBe('url-unreachable')
  }
})

test('random chains of redirects through names that resolve to anything never lead inside', async () => {
  const address = fc.constantFrom(...outer, ...outer, ...outer, ...inner4, ...inner6)
  const hop = fc.record({
    scheme: fc.constantFrom('http', 'https', 'https'),
    host: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('a.example', 'b.example', 'c.example') },
      fc.constantFrom(...inner4).chain((inside) => fc.constantFrom(...toForms(inside))),
    ),
    answers: fc.array(address, { minLength: 1, maxLength: 3 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(hop, { minLength: 1, maxLength: 6 }), async (hops) => {
      world = new Map()
      asked = []
      connected = []
      const urls = hops.map(({ scheme, host }, index) => `${scheme}://${host}/${index}`)
      hops.forEach(({ host }, index) => {
        const next = urls[index + 1]
        world.set(`${host}/${index}`, next === undefined ? { bytes: 'picture' } : { location: next })
      })
      let turn = 0
      const result = await fetchFrom(urls[0] ?? '', async () => hops[turn++ % hops.length]?.answers ?? [])
      expect(connected.every(isPublicAddress)).toBe(true)
      expect(connected.length).toBe(asked.length)
      expect(asked.length).toBeLessThanOrEqual(4)
      expect(result === 'picture' ? hops.length : 0).toBeLessThanOrEqual(4)
      const schemes = hops.slice(0, asked.length).map(({ scheme }) => scheme)
      expect(schemes.join(' ')).not.toMatch(/https http\b(?!s)/)
    }),
    { numRuns: chains },
  )
}, 600_000)

describe('time and size', () => {
  const start = async (handle: Parameters<typeof createServer>[1]) => {
    const slow = createServer(handle)
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
    return { slow, host: `127.0.0.1:${(slow.address() as AddressInfo).port}` }
  }
  const end = (slow: Server) => (slow.closeAllConnections(), slow.close())

  test('a server that drips, or never answers, is left in time', async () => {
    const { slow, host } = await start((request, response) => {
      if (request.url === '/never') return
      const timer = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(timer))
    })
    const fetchUrl = createFetchUrl({ allow: [host], timeoutMs: 300, responseQuantum: 0 })
    for (const path of ['/drip', '/never']) {
      const from = performance.now()
      await expect(fetchUrl(`http://${host}${path}`, signal)).rejects.toMatchObject({ code: 'url-unreachable' })
      expect(performance.now() - from).toBeLessThan(5_000)
    }
    end(slow)
  })

  test('packed bytes are not unpacked: no bomb goes off', async () => {
    const packed = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])
    const { slow, host } = await start((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
    )
    const fetchUrl = createFetchUrl({ allow: [host], responseQuantum: 0 })
    expect(Buffer.from(await fetchUrl(`http://${host}/`, signal))).toEqual(packed)
    end(slow)
  })

  test('what is inside, unknown, closed or missing is told at the same times in the same words', async () => {
    const { slow, host } = await start((_request, response) => response.writeHead(404).end())
    end(slow)
    const fetchUrl = createFetchUrl({
      allow: [host],
      responseQuantum: 200,
      lookup: (name) =>
        name === 'unknown.example' ? Promise.reject(new Error('ENOTFOUND')) : Promise.resolve(['10.0.0.1']),
    })
    const told = new Set<string>()
    for (const url of ['https://inside.example/', 'https://unknown.example/', `http://${host}/`, 'http://10.0.0.1/']) {
      const from = performance.now()
      const error = await fetchUrl(url, signal).catch((caught: Error) => caught)
      told.add((error as Error).message)
      expect(performance.now() - from).toBeGreaterThan(190)
    }
    expect(told.size).toBe(1)
  })
})
