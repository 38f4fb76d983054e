import { randomBytes } from 'node:crypto'
import zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { RunEventBody } from '../../shared/run/run.ts'
import { createAskUpstream } from './ask-upstream.ts'
import { ask, chunk, model, serve, shortAnswer, stream } from './odd-upstream.ts'

describe('a compressed reply is read', () => {
  const whole = shortAnswer.frames.join('')
  const said = (events: RunEventBody[]) =>
    events.map((event) => (event.type === 'answer-delta' ? event.text : '')).join('')

  test.each<[name: string, encoding: string | undefined, bytes: Uint8Array]>([
    ['gzip', 'gzip', zlib.gzipSync(whole)],
    ['gzip without a word', undefined, zlib.gzipSync(whole)],
    ['br', 'br', zlib.brotliCompressSync(whole)],
    ['deflate', 'deflate', zlib.deflateSync(whole)],
    ['raw deflate', 'Deflate', zlib.deflateRawSync(whole)],
    ['gzip that is none', 'gzip', Buffer.from(whole)],
    ['identity', 'identity', Buffer.from(whole)],
  ])('%s', async (_name, encoding, bytes) => {
    for (const size of [1, 7, bytes.length]) {
      const { baseUrl } = await serve((request, response) => {
        expect(request.headers['accept-encoding']).toBe('identity')
        response.writeHead(200, { ...stream, ...(encoding && { 'content-encoding': encoding }) })
        for (let at = 0; at < bytes.length; at += size) response.write(bytes.subarray(at, at + size))
        response.end()
      })
      const { events, last } = await ask(baseUrl)
      expect(said(events)).toBe(shortAnswer.text)
      expect(last).toEqual({ type: 'finish', reason: 'stop' })
    }
  })

  test('as it comes: what is flushed is there before the end', async () => {
    const gzip = zlib.createGzip()
    const { baseUrl } = await serve((_request, response) => {
      response.writeHead(200, { ...stream, 'content-encoding': 'gzip' })
      gzip.pipe(response)
      gzip.write(chunk({ delta: { reasoning_content: 'Hm' } }))
      gzip.flush()
    })
    const upstreamAsk = createAskUpstream({
      protocol: 'openai',
      baseUrl,
      timeouts: { firstByteMs: 5_000, silenceMs: 60_000, runMs: 60_000 },
    })
    const aborter = new AbortController()
    const request = { model, thinking: { enabled: false }, turns: [{ question: 'x', media: [] }] }
    await new Promise<void>((resolve) => {
      void upstreamAsk(request, aborter.signal, (event) => {
        if (event.type === 'thinking-delta') resolve()
      })
    })
    aborter.abort()
    gzip.destroy()
  })

  test('of a refusal what it says is read, not its bytes', async () => {
    const body = zlib.gzipSync('{"error":{"message":"Incorrect API key provided.","code":"invalid_api_key"}}')
    const { baseUrl } = await serve((_request, response) =>
      response.writeHead(401, { 'content-encoding': 'gzip' }).end(body),
    )
    expect((await ask(baseUrl)).last).toMatchObject({
      code: 'invalid-key',
      message: expect.stringContaining('Incorrect API key provided.'),
    })
  })

  test('one that breaks off keeps what came', async () => {
    const bytes = zlib.gzipSync(whole)
    const { baseUrl } = await serve((_request, response) =>
      response.writeHead(200, { ...stream, 'content-encoding': 'gzip' }).end(bytes.subarray(0, -8)),
    )
    const { events, last } = await ask(baseUrl)
    expect(said(events)).toMatch(/^The answer/)
    expect(last?.type).toBe('finish')
    const long = zlib.gzipSync(chunk({ delta: { content: randomBytes(50_000).toString('hex') } }).repeat(9))
    const cut = await serve((_request, response) =>
      response.writeHead(200, { ...stream, 'content-encoding': 'gzip' }).end(long.subarray(0, -400)),
    )
    expect((await ask(cut.baseUrl)).last).toMatchObject({ code: 'cut-off' })
  })

  test('an encoding that nobody here knows is named', async () => {
    const { baseUrl } = await serve((_request, response) =>
      response.writeHead(200, { ...stream, 'content-encoding': 'lzma' }).end('x'),
    )
    expect((await ask(baseUrl)).last).toMatchObject({ message: expect.stringContaining('(lzma)') })
  })

  test('one that inflates a thousandfold fills no memory', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(200_000_000, 'x'))
    const { baseUrl } = await serve((_request, response) =>
      response.writeHead(200, { ...stream, 'content-encoding': 'gzip' }).end(bomb),
    )
    let most = 0
    const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5)
    const before = process.memoryUsage().rss
    const { last } = await ask(baseUrl)
    clearInterval(timer)
    expect(last?.type).toBe('error')
    expect((most - before) / 1e6).toBeLessThan(100)
  })
})
