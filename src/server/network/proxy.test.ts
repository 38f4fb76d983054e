import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createCertificate } from '../testing/create-certificate.ts'
import { createProxyFor } from './proxy.ts'
import { createHttpClient, readText } from './send-request.ts'

test.each([
  ['https://a.example/', undefined, 'http://s/'],
  ['http://a.example/', undefined, 'http://p/'],
  ['https://a.example/', 'a.example', undefined],
  ['https://x.a.example/', 'a.example', undefined],
  ['https://x.a.example/', '.a.example', undefined],
  ['https://x.a.example/', '*.a.example', undefined],
  ['https://xa.example/', 'a.example', 'http://s/'],
  ['https://A.example/', 'A.EXAMPLE', undefined],
  ['https://a.example/', 'b.example *', undefined],
  ['https://a.example/', 'a.example:443', undefined],
  ['https://a.example:8443/', 'a.example:443', 'http://s/'],
  ['https://10.1.2.3/', '10.0.0.0/8', undefined],
  ['https://11.1.2.3/', '10.0.0.0/8', 'http://s/'],
  ['https://[2001:db8::1]/', '2001:db8::/32', undefined],
  ['https://[2001:db8::1]:8443/', '[2001:db8::1]:8443', undefined],
  ['http://127.0.0.1:11434/v1', undefined, undefined],
  ['http://localhost:1234/v1', undefined, undefined],
  ['http://[::1]:1234/v1', undefined, undefined],
])('%s with NO_PROXY=%s goes over %s', (url, exempt, proxy) => {
  const proxyFor = createProxyFor({
    HTTP_PROXY: 'http://p',
    HTTPS_PROXY: 'http://s',
    NO_PROXY: exempt?.split(' ') ?? [],
  })
  expect(proxyFor(new URL(url))?.href).toBe(proxy)
})

test('one proxy may stand for all, and none is none', () => {
  expect(createProxyFor({ ALL_PROXY: 'http://p' })(new URL('https://a.example'))?.href).toBe('http://p/')
  expect(createProxyFor({ HTTPS_PROXY: 'http://p' })(new URL('http://a.example'))).toBeUndefined()
})

const servers: Server[] = []
const portOf = (server: Server) => (server.address() as AddressInfo).port
const opened: Socket[] = []
const tunnels: { to: string; authorization: string | undefined }[] = []
let proxy = ''
let ports = { http: 0, https: 0 }
let refusal: number | undefined

beforeAll(async () => {
  const listen = async (server: Server) => {
    servers.push(server)
    server.on('connection', (socket) => opened.push(socket))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return portOf(server)
  }
  const plain = createServer((request, response) => response.end(`${request.headers.host} ${request.url}`))
  const secure = createTlsServer(createCertificate(['model.example']), (request, response) =>
    response.end(`${request.headers.host} ${request.url}`),
  )
  ports = { http: await listen(plain), https: await listen(secure as unknown as Server) }
  // No name server knows model.example, so that only the proxy leads there.
  const middle = createServer()
  middle.on('connect', (request, socket: Socket) => {
    tunnels.push({ to: request.url ?? '', authorization: request.headers['proxy-authorization'] })
    if (refusal !== undefined) return socket.end(`HTTP/1.1 ${refusal} No\r\nContent-Length: 0\r\n\r\n`)
    const target = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    opened.push(target)
    for (const each of [socket, target]) each.on('error', () => {})
    return undefined
  })
  proxy = `http://user:p%40ss@127.0.0.1:${await listen(middle)}`
})
afterAll(() => {
  for (const socket of opened) socket.destroy()
  for (const server of servers) server.close()
})
afterEach(() => {
  tunnels.length = 0
  refusal = undefined
  vi.unstubAllEnvs()
})

const client = () => createHttpClient({ proxyFor: createProxyFor({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy }) })

test.each(['http', 'https'] as const)(
  '%s goes through the proxy, over one tunnel for several requests',
  async (scheme) => {
    // The test's own certificate.
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    const send = client()
    const host = `model.example:${ports[scheme]}`
    for (const path of ['/v1/a', '/v1/b?c=d'])
      expect(await readText(await send(`${scheme}://${host}${path}`), 1_000)).toBe(`${host} ${path}`)
    expect(tunnels).toEqual([{ to: host, authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}` }])
  },
)

test('the other end of the tunnel is trusted no more than without it', async () => {
  await expect(client()(`https://model.example:${ports.https}/`)).rejects.toMatchObject({
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  })
})

test.each([403, 407, 502])('a proxy that answers %i is an error with its status', async (status) => {
  refusal = status
  await expect(client()('https://model.example/')).rejects.toThrow(`The proxy answered ${status}.`)
})

test('a proxy that is not there is an error, and a request that is stopped meanwhile ends', async () => {
  const send = createHttpClient({ proxyFor: createProxyFor({ HTTPS_PROXY: 'http://127.0.0.1:1' }) })
  await expect(send('https://model.example/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  for (const signal of [AbortSignal.abort(), AbortSignal.timeout(20)])
    await expect(client()('https://model.example/', { signal })).rejects.toMatchObject({ name: 'AbortError' })
})
