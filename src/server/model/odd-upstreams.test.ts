import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { createAskUpstream } from './ask-upstream.ts'
import { ask, chunk, model, serve, stream } from './odd-upstream.ts'

test('what was sent is let go with the first word', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const { baseUrl } = await serve((request, response) => {
    request
      .resume()
      .on('end', () => response.writeHead(200, stream).write(chunk({ delta: { reasoning_content: 'Hm' } })))
  })
  const upstreamAsk = createAskUpstream({
    protocol: 'openai',
    baseUrl,
    timeouts: { firstByteMs: 5_000, silenceMs: 60_000, runMs: 60_000 },
  })
  const held = () => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return (heapUsed + arrayBuffers) / 1e6
  }
  const before = held()
  const aborter = new AbortController()
  const firstWords = Array.from({ length: 10 }, () => {
    const media = [{ mime: 'image/png', read: async () => new Uint8Array(3_000_000) }]
    const asked = { model, thinking: { enabled: false }, turns: [{ question: 'x', media }] }
    return new Promise<void>((resolve) => {
      void upstreamAsk(asked, aborter.signal, (event) => {
        if (event.type === 'thinking-delta') resolve()
      })
    })
  })
  await Promise.all(firstWords)
  // Each body has 4 MB.
  await expect.poll(() => held() - before).toBeLessThan(20)
  aborter.abort()
})

test('Retry-After is obeyed up to a minute, and a longer one ends the run at once', async () => {
  const short = await serve((_request, response, count) => {
    if (count === 1) response.writeHead(429, { 'retry-after': '7' }).end('{}')
    else response.writeHead(200, stream).end(chunk({ delta: { content: 'ok' }, finish_reason: 'stop' }))
  })
  const retried = await ask(short.baseUrl)
  expect(retried.waits).toEqual([7_000])
  expect(retried.last).toEqual({ type: 'finish', reason: 'stop' })
  const long = await serve((_request, response) => response.writeHead(429, { 'retry-after': '61' }).end('{}'))
  const refused = await ask(long.baseUrl)
  expect(refused.waits).toEqual([])
  expect(refused.last).toMatchObject({ type: 'error', code: 'rate-limited' })
})

test('three retries and no more; none for a request that is wrong', async () => {
  const down = await serve((_request, response) => response.writeHead(503).end('{}'))
  expect((await ask(down.baseUrl)).waits).toEqual([500, 1_000, 2_000])
  expect(down.asked()).toBe(4)
  const wrong = await serve((_request, response) => response.writeHead(400).end('{"error":{"message":"no"}}'))
  await ask(wrong.baseUrl)
  expect(wrong.asked()).toBe(1)
})

test('a redirect is not followed: the key stays where it belongs', async () => {
  const other = await serve((_request, response) => response.end())
  const first = await serve((_request, response) =>
    response.writeHead(307, { location: `${other.baseUrl}/chat/completions` }).end(),
  )
  expect((await ask(first.baseUrl)).last?.type).toBe('error')
  expect(other.asked()).toBe(0)
})

test('a JSON body with 200 is an error or a whole answer, never an empty run', async () => {
  const json = { 'content-type': 'application/json' }
  const error = await serve((_request, response) =>
    response.writeHead(200, json).end('{"error":{"code":"invalid_api_key","message":"Incorrect API key provided."}}'),
  )
  expect((await ask(error.baseUrl)).last).toMatchObject({ type: 'error', code: 'invalid-key' })
  const whole = {
    choices: [{ message: { content: 'x = 5' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 2 },
  }
  const reply = await serve((_request, response) => response.writeHead(200, json).end(JSON.stringify(whole)))
  expect((await ask(reply.baseUrl)).events.slice(1)).toEqual([
    { type: 'answer-delta', text: 'x = 5' },
    { type: 'usage', inputTokens: 1, outputTokens: 2 },
    { type: 'finish', reason: 'stop' },
  ])
})

test.each(['breaks', 'stays open'])('behind a finish reason a connection that %s loses nothing', async (how) => {
  const upstream = await serve((_request, response) => {
    response.writeHead(200, stream)
    response.write(chunk({ delta: { content: 'x = 5' }, finish_reason: 'stop' }), () => {
      if (how === 'breaks') response.destroy()
    })
  })
  expect((await ask(upstream.baseUrl, { usageMs: 200 })).last).toEqual({ type: 'finish', reason: 'stop' })
})

test('before one it is a cut-off that keeps what came', async () => {
  const upstream = await serve((_request, response) => {
    response.writeHead(200, stream)
    response.write(chunk({ delta: { content: 'x =' }, finish_reason: null }), () => response.destroy())
  })
  const { events, waits } = await ask(upstream.baseUrl)
  expect(events).toContainEqual({ type: 'answer-delta', text: 'x =' })
  expect(events.at(-1)).toMatchObject({ type: 'error', code: 'cut-off' })
  expect(waits).toEqual([])
})

describe('behind a finish reason', () => {
  const finish = chunk({ delta: { content: 'x = 5' }, finish_reason: 'stop' })
  const usage = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}\n\n'
  const noise = { comments: ':\n\n', words: chunk({ delta: { content: '' } }), nothing: '' }

  test.each(Object.entries(noise))('a server that goes on with %s keeps no run open', async (_name, piece) => {
    const upstream = await serve((_request, response) => {
      response.writeHead(200, stream).write(finish)
      const timer = setInterval(() => response.write(piece), 20)
      response.on('close', () => clearInterval(timer))
    })
    const { events } = await ask(upstream.baseUrl, { usageMs: 200 })
    expect(events.slice(1)).toEqual([
      { type: 'answer-delta', text: 'x = 5' },
      { type: 'finish', reason: 'stop' },
    ])
    expect(upstream.asked()).toBe(1)
  })

  test('what it used is waited for', async () => {
    const upstream = await serve((_request, response) => {
      response.writeHead(200, stream).write(finish)
      setTimeout(() => response.write(usage), 100)
    })
    const { events } = await ask(upstream.baseUrl, { usageMs: 1_000 })
    expect(events.slice(2)).toEqual([
      { type: 'usage', inputTokens: 3, outputTokens: 4 },
      { type: 'finish', reason: 'stop' },
    ])
  })
})

describe('what the model may have worked on is not paid for again and again', () => {
  test.each([
    ['said that it is there', ':ok\n\n', 1, 'cut-off'],
    ['named its role', chunk({ delta: { role: 'assistant', content: null } }), 1, 'cut-off'],
    ['said nothing', '', 2, 'upstream-unreachable'],
  ])('a connection that breaks once the service %s', async (_name, piece, times, code) => {
    const upstream = await serve((_request, response) => {
      if (piece === '') return void response.destroy()
      response.writeHead(200, stream).write(piece, () => response.destroy())
    })
    const { last } = await ask(upstream.baseUrl)
    expect(last).toMatchObject({ type: 'error', code, retryable: true })
    expect(upstream.asked()).toBe(times)
  })
})

test('while an answer is held up its server can send only so much, and a stop ends the wait', async () => {
  let sent = 0
  let isClosed = false
  const upstream = await serve((_request, response) => {
    response.writeHead(200, stream)
    const piece = chunk({ delta: { content: 'x'.repeat(60_000) } })
    const flood = () => {
      do sent += piece.length
      while (response.write(piece))
    }
    response.on('drain', flood).on('close', () => (isClosed = true))
    flood()
  })
  const upstreamAsk = createAskUpstream({
    protocol: 'openai',
    baseUrl: upstream.baseUrl,
    timeouts: { firstByteMs: 5_000, silenceMs: 50, runMs: 60_000 },
  })
  const aborter = new AbortController()
  const request = { model, thinking: { enabled: false }, turns: [{ question: 'x', media: [] }] }
  let held = 0
  const asking = upstreamAsk(request, aborter.signal, (event) => {
    if (event.type !== 'answer-delta') return undefined
    held += 1
    return new Promise(() => {})
  })
  let before = -1
  // What the connection itself takes is megabytes; then nothing moves any more, and that is no silence of the model.
  await expect.poll(() => sent > 0 && before === (before = sent), { interval: 200, timeout: 10_000 }).toBe(true)
  expect(held).toBe(1)
  expect(sent).toBeLessThan(32_000_000)
  aborter.abort()
  await asking
  await expect.poll(() => isClosed).toBe(true)
})
