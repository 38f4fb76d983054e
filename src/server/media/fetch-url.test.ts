import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFetchUrl, isPublicAddress } from './fetch-url.ts'

const inside = [
  '127.0.0.1',
  '127.8.8.8',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '192.0.2.1',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:7f00:1',
  'fe80::1',
  'fc00::1',
  'fd12::1',
  'ff02::1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001::1',
  '2001:db8::1',
  'not an address',
]
test.each(inside)('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false))
test.each(['1.1.1.1', '93.184.216.34', '2606:4700::1111'])('%s is public', (address) =>
  expect(isPublicAddress(address)).toBe(true),
)

let server: Server
let origin = ''
let reached: string[] = []
beforeAll(async () => {
  server = createServer((request, response) => {
    reached.push(request.url ?? '')
    if (request.url === '/big') {
      const piece = Buffer.alloc(1024 * 1024)
      const send = () => {
        while (!response.destroyed && response.write(piece));
      }
      response.on('drain', send)
      send()
    } else if (request.url === '/loop') response.writeHead(302, { location: '/loop' }).end()
    else if (request.url === '/in') response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end()
    else if (request.url === '/to') response.writeHead(302, { location: '/ok' }).end()
    else if (request.url === '/ok') response.end('bytes')
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const { signal } = new AbortController()
const refused = (url: string, lookup: (host: string) => Promise<string[]> = async () => ['10.0.0.1']) =>
  createFetchUrl({ allow: [], lookup, responseQuantum: 0 })(url, signal).then(
    () => 'fetched',
    (error: { code: string }) => error.code,
  )

describe('what lies inside is not fetched', () => {
  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::127.0.0.1]/',
    'https://inside.example/',
    'http://169.254.169.254/latest',
  ])('%s', async (url) => expect(await refused(url)).toBe('url-unreachable'))

  test('a name with one private address among public ones', async () => {
    expect(await refused('https://mixed.example/', async () => ['1.1.1.1', '10.0.0.1'])).toBe('url-unreachable')
  })

  test.each(['ftp://a.example/', 'file:///etc/passwd', 'javascript:1', 'http://user:pass@a.example/', 'nonsense'])(
    '%s is no address of a picture',
    async (url) => expect(await refused(url)).toBe('url-invalid'),
  )

  test('another port than the usual', async () => expect(await refused('http://a.example:6379/')).toBe('url-blocked'))
})

describe('only what is public is asked for, at the address that was checked', () => {
  test.each([
    'http://0/',
    'http://127.1/',
    'http://0177.0.0.1/',
    'http://127.0.0.1./',
    'http://①②⑦.⓪.⓪.①/',
    'http://100.100.100.200/latest/meta-data',
    'http://168.63.129.16/',
    'http://192.168.0.1:80/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://[fec0::1]/',
    'https://[64:ff9b::a00:1]/',
    'https://[2002:a00:1::]/',
    'https://[2001:0:a00:1::]/',
    'https://[::ffff:0:10.0.0.1]/',
    'https://[4000::1]/',
    'https://localhost./',
  ])('%s', async (url) => expect(await refused(url)).toBe('url-unreachable'))

  test.each([
    'http://user@a.example/',
    'https://:pass@a.example/',
    'data:image/png;base64,AA',
    'gopher://a.example/',
    'ws://a.example/',
    '//a.example/x',
    'https://',
    'https://a b/',
    'http://[::1',
    'http://1.2.3.256/',
    '',
  ])('%j is invalid', async (url) => expect(await refused(url)).toBe('url-invalid'))

  test.each(['http://a.example:443/', 'https://a.example:80/', 'https://a.example:8443/', 'http://127.0.0.1:22/'])(
    '%s is another port',
    async (url) => expect(await refused(url)).toBe('url-blocked'),
  )

  test('a name without an address, or unknown, reads like one inside', async () => {
    const message = (lookup: (host: string) => Promise<string[]>) =>
      createFetchUrl({ allow: [], lookup, responseQuantum: 0 })('https://a.example/', signal).catch(
        (error: Error) => error.message,
      )
    const inside = await message(async () => ['10.0.0.1'])
    expect(await message(async () => [])).toBe(inside)
    expect(await message(() => Promise.reject(new Error('ENOTFOUND a.example')))).toBe(inside)
  })

  test('a name is looked up once, and the connection goes to what was checked', async () => {
    let asked = 0
    const port = new URL(origin).port
    const lookup = async () => (asked++ === 0 ? ['127.0.0.1'] : ['192.0.2.1'])
    const bytes = await createFetchUrl({ allow: [`rebound.example:${port}`], lookup })(
      `http://rebound.example:${port}/ok`,
      signal,
    )
    expect(new TextDecoder().decode(bytes)).toBe('bytes')
    expect(asked).toBe(1)
  })

  test('a second address is tried where the first is dead', async () => {
    const port = new URL(origin).port
    const fetchUrl = createFetchUrl({ allow: [`nas.lan:${port}`], lookup: async () => ['::1', '127.0.0.1'] })
    expect(new TextDecoder().decode(await fetchUrl(`http://nas.lan:${port}/ok`, signal))).toBe('bytes')
  })

  test('a stop is told as a stop, even while the name is looked up', async () => {
    const stopped = new AbortController()
    const fetched = createFetchUrl({ allow: [], lookup: () => new Promise(() => {}) })(
      'https://slow.example/',
      stopped.signal,
    )
    stopped.abort(new Error('stopped'))
    await expect(fetched).rejects.toThrow('stopped')
  })
})

describe('an allowed server', () => {
  const fetchUrl = (path: string) =>
    createFetchUrl({ allow: [new URL(origin).host], responseQuantum: 0 })(`${origin}${path}`, signal)
  test('is fetched, over a redirect too', async () => {
    expect(new TextDecoder().decode(await fetchUrl('/to'))).toBe('bytes')
  })
  test('cannot send us inside, in circles, or more than the limit', async () => {
    reached = []
    await expect(fetchUrl('/in')).rejects.toMatchObject({ code: 'url-unreachable' })
    await expect(fetchUrl('/loop')).rejects.toMatchObject({ code: 'url-unreachable' })
    expect(reached.filter((url) => url === '/loop')).toHaveLength(4)
    await expect(fetchUrl('/big')).rejects.toMatchObject({ code: 'media-too-big' })
    await expect(fetchUrl('/none')).rejects.toMatchObject({ code: 'url-unreachable' })
  })
})
