import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commonHeaders, usualHeaders } from '../../http/secure-headers.ts'
import { startTarget } from './start-target.ts'

let target: Awaited<ReturnType<typeof startTarget>>
beforeAll(async () => {
  target = await startTarget({ headersTimeout: 400, connectionsCheckingInterval: 100 }, 800)
})
afterAll(() => target.end())

const bytes = (...values: number[]) => new Uint8Array(values)

describe('what is hardly HTTP', () => {
  const exchange = (raw: string | Uint8Array) =>
    new Promise<string>((resolve) => {
      let text = ''
      const socket = connect(target.port, '127.0.0.1', () => socket.write(raw))
      socket.setTimeout(3_000, () => socket.destroy())
      socket.on('data', (data) => {
        text += data.toString('latin1')
        // An answer without the end of the connection is complete with its problem.
        if (text.includes('"code"')) socket.destroy()
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve(text))
    })
  const get = (headers: string) => `GET /api/config HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n\r\n`
  test.each<[string, string | Uint8Array]>([
    ['no HTTP', 'hello\r\n\r\n'],
    ['bytes', bytes(0, 1, 2, 0xff, 13, 10, 13, 10)],
    ['TLS', bytes(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0)],
    ['no host', 'GET /api/config HTTP/1.1\r\n\r\n'],
    ['two hosts', get('Host: other.example')],
    ['another version', 'GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n'],
    ['a header without colon', get('nonsense')],
    ['a header with NUL', get('X: a\0b')],
    ['a header of 20 kB', get(`X: ${'x'.repeat(20_000)}`)],
    ['a thousand headers', get(Array.from({ length: 3_000 }, (_, index) => `X-${index}: x`).join('\r\n'))],
    ['an address of 20 kB', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`],
    ['two lengths', get('Content-Length: 1\r\nContent-Length: 2')],
    ['a negative length', get('Content-Length: -1')],
    ['a length and chunks', get('Content-Length: 5\r\nTransfer-Encoding: chunked')],
    ['a broken chunk', `${get('Transfer-Encoding: chunked')}zz\r\nx\r\n`],
    ['an unknown host', 'GET /api/config HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
    ['an address as target', 'GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
    ['a proxy’s CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n'],
    ['an expectation', get('Expect: a miracle')],
    ['a broken host', 'GET /api/config HTTP/1.1\r\nHost: [::1\r\n\r\n'],
    ['a host with a path', 'GET /api/config HTTP/1.1\r\nHost: 127.0.0.1/x\r\n\r\n'],
  ])('%s', async (_name, raw) => {
    const text = await exchange(raw)
    // CONNECT is none of ours: Node hangs up.
    if (text !== '') {
      expect(text).toMatch(/^HTTP\/1\.1 4\d\d /)
      const head = text.slice(0, text.indexOf('\r\n\r\n')).toLowerCase()
      for (const header of Object.entries({ ...commonHeaders, ...usualHeaders }))
        expect(head).toContain(`\r\n${header.join(': ').toLowerCase()}`)
    }
    expect(text).not.toMatch(/^HTTP\/1\.1 [25]/)
    expect(target.failures).toEqual([])
    expect((await target.request('GET', '/healthz')).status).toBe(200)
  })
})

describe('a sender that drips', () => {
  const drip = (head: string) =>
    new Promise<string>((resolve) => {
      let text = ''
      const socket = connect(target.port, '127.0.0.1', () => socket.write(head))
      const timer = setInterval(() => socket.write('x'), 50)
      socket.on('data', (data) => (text += data.toString('latin1')))
      socket.on('error', () => {})
      socket.on('close', () => {
        clearInterval(timer)
        resolve(text)
      })
    })
  test.each([
    ['headers', 'GET /api/config HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: '],
    [
      'a body',
      `POST /api/runs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n`,
    ],
  ])('%s is let go in time', async (_name, head) => {
    const text = await drip(head)
    expect(text).toMatch(/^HTTP\/1\.1 408 /)
    expect(text).toContain('application/problem+json')
  })
})
