import { describe, expect, test } from 'vitest'
import { ask, serve, shortAnswer, stream } from './odd-upstream.ts'

describe('a refusal that no wait mends is not repeated', () => {
  test.each([
    [429, '余额不足或无可用资源包,请充值。', 'no-credit'],
    [429, 'Insufficient balance', 'no-credit'],
    [403, '用户额度不足, 剩余额度: ＄0.00', 'no-credit'],
    [500, 'failed to process image', 'media-rejected'],
    [500, 'The decoder prompt (length 9) is longer than the maximum model length of 8.', 'context-too-long'],
  ])('%i %s', async (status, message, code) => {
    const upstream = await serve((_request, response) =>
      response.writeHead(status).end(JSON.stringify({ error: { message } })),
    )
    expect((await ask(upstream.baseUrl)).last).toMatchObject({ code })
    expect(upstream.asked()).toBe(1)
  })
})

describe('a server that refuses to be asked for the usage', () => {
  const refusals = [
    [
      422,
      { detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' }] },
    ],
    [400, { error: { message: 'Unknown parameter: stream_options', param: 'stream_options' } }],
  ] as const
  test.each(refusals)('is asked again once without it, at once: %i', async (status, refusal) => {
    const bodies: string[] = []
    const upstream = await serve((request, response) => {
      let body = ''
      request.on('data', (piece) => (body += String(piece)))
      request.on('end', () => {
        bodies.push(body)
        if (body.includes('stream_options')) response.writeHead(status).end(JSON.stringify(refusal))
        else response.writeHead(200, stream).end(shortAnswer.frames.join(''))
      })
    })
    const { last, waits, logged } = await ask(upstream.baseUrl)
    expect(last).toEqual({ type: 'finish', reason: 'stop' })
    expect(waits).toEqual([])
    expect(bodies.map((body) => Object.keys(JSON.parse(body) as object))).toEqual([
      ['model', 'messages', 'stream', 'stream_options'],
      ['model', 'messages', 'stream'],
    ])
    expect(logged).toEqual([expect.objectContaining({ try: 1, status, next: 'again without stream_options' })])
  })

  test('and refuses that as well, says why', async () => {
    const upstream = await serve((_request, response) => response.writeHead(422).end(JSON.stringify(refusals[0][1])))
    const { last } = await ask(upstream.baseUrl)
    expect(last).toMatchObject({ code: 'bad-request', message: expect.stringContaining('stream_options') })
    expect(upstream.asked()).toBe(2)
  })

  test('another refused parameter is named, and nothing is asked again', async () => {
    const detail = [{ loc: ['body', 'enable_thinking'], msg: 'Extra inputs are not permitted' }]
    const upstream = await serve((_request, response) => response.writeHead(422).end(JSON.stringify({ detail })))
    const { last } = await ask(upstream.baseUrl)
    expect(last).toMatchObject({ code: 'bad-request', message: expect.stringContaining('enable_thinking: Extra') })
    expect(upstream.asked()).toBe(1)
  })
})

test('how each try failed stands in the log, and no key', async () => {
  const upstream = await serve((_request, response, count) => {
    if (count === 1) response.writeHead(429, { 'x-request-id': 'r-sk-canary' }).end('{"error":{"message":"sk-canary"}}')
    else if (count === 2) response.destroy()
    else response.writeHead(503).end('{}')
  })
  const { logged } = await ask(upstream.baseUrl)
  expect(logged).toMatchObject([
    { try: 1, code: 'rate-limited', status: 429, next: 'again later' },
    { try: 2, code: 'upstream-unreachable', cause: 'ECONNRESET' },
    { try: 3, code: 'upstream-unavailable', status: 503 },
    { try: 4, code: 'upstream-unavailable', next: 'none' },
  ])
  expect(JSON.stringify(logged)).not.toContain('sk-canary')
})

test('an address that leads on names where, without what is secret', async () => {
  const { baseUrl } = await serve((_request, response) =>
    response.writeHead(308, { location: 'https://user:pass@new.example/v2/chat/completions?token=1' }).end(),
  )
  const { last } = await ask(baseUrl)
  expect(last).toMatchObject({ code: 'upstream-unreachable', retryable: false })
  expect(last).toMatchObject({ message: expect.stringContaining('https://new.example/v2/chat/completions;') })
})
