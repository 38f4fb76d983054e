import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startFakeUpstream, type FakeUpstream } from '../../../e2e/support/fake-upstream.ts'
import type { Model } from '../../shared/config.ts'
import type { RunEventBody } from '../../shared/run/run.ts'
import { createAskUpstream, type UpstreamOptions } from './ask-upstream.ts'

const model: Model = {
  id: 'fake-vl',
  label: 'Fake VL',
  thinking: 'switchable',
  thinkingDefault: true,
  maxBudget: 100,
  switch: 'enable_thinking',
  media: ['image'],
}
const timeouts = { firstByteMs: 5_000, silenceMs: 5_000, runMs: 10_000 }
const apiKey = 'sk-ws-secret.key_1'

let upstream: FakeUpstream
beforeAll(async () => {
  upstream = await startFakeUpstream()
})
afterAll(() => upstream.close())

const textOf = (events: RunEventBody[], type: 'thinking-delta' | 'answer-delta') =>
  events.map((event) => (event.type === type ? event.text : '')).join('')

describe.each(['openai', 'dashscope'] as const)('over %s', (protocol) => {
  async function ask(question: string, options: Partial<UpstreamOptions> = {}, signal = new AbortController().signal) {
    const upstreamAsk = createAskUpstream({
      protocol,
      baseUrl: upstream.url,
      apiKey,
      timeouts,
      random: () => 0.5,
      sleep: async () => {},
      ...options,
    })
    const events: RunEventBody[] = []
    const turns = [{ question, media: [{ mime: 'image/png', read: async () => new Uint8Array([1, 2, 3]) }] }]
    const request = { model, thinking: { enabled: true, budget: 50 }, turns }
    await upstreamAsk(request, signal, (event) => void events.push(event))
    return events
  }
  const sent = (question: string) =>
    upstream.requests.filter((request) => JSON.stringify(request.body).includes(question))

  test('a run thinks, answers, counts and finishes', async () => {
    const events = await ask(`normal ${protocol}`)
    expect(events[0]).toEqual({ type: 'start', model: 'fake-vl' })
    expect(textOf(events, 'thinking-delta')).toMatch(/^Let x/)
    expect(textOf(events, 'answer-delta')).toBe('The answer is \\(x = 5\\).')
    expect(events.slice(-2).map((event) => event.type)).toEqual(['usage', 'finish'])
    const [request] = sent(`normal ${protocol}`)
    expect(request?.headers.authorization).toBe(`Bearer ${apiKey}`)
    const text = JSON.stringify(request?.body)
    expect(request?.headers).toMatchObject({ 'content-length': String(Buffer.byteLength(text)) })
    expect(text).toContain('"enable_thinking":true,"thinking_budget":50')
    expect(text.indexOf('data:image/png;base64,AQID')).toBeLessThan(text.indexOf(`normal ${protocol}`))
  })

  test.each([
    ['refuse-key', 'invalid-key', 1],
    ['no-credit', 'no-credit', 1],
    ['not-found', 'model-not-found', 1],
    ['bad-image', 'media-rejected', 1],
    ['too-long', 'context-too-long', 1],
    ['moderation', 'moderation-output', 1],
    ['cut', 'cut-off', 1],
    ['no-finish', 'cut-off', 1],
    ['rate-limit', 'rate-limited', 4],
  ])('%s fails as %s after %i requests', async (scenario, code, requests) => {
    const question = `[[${scenario}]] ${protocol}`
    const events = await ask(question)
    expect(events.at(-1)).toMatchObject({ type: 'error', code })
    expect(events.filter((event) => event.type === 'error')).toHaveLength(1)
    expect(JSON.stringify(events)).not.toContain(apiKey)
    expect(sent(question)).toHaveLength(requests)
  })

  test('a refusal keeps the request id', async () => {
    expect((await ask('[[bad-image]]')).at(-1)).toMatchObject({ requestId: 'chatcmpl-0f2d6d0e-fake' })
  })

  test('length and garble', async () => {
    expect((await ask('[[length]]')).at(-1)).toEqual({ type: 'finish', reason: 'length' })
    const garbled = await ask('[[garble]]')
    expect(textOf(garbled, 'answer-delta')).toBe('The answer is \\(x = 5\\).')
    expect(garbled.at(-1)).toMatchObject({ type: 'error', code: 'cut-off' })
  })

  test('an abort reaches the upstream at once and ends without an end', async () => {
    const aborter = new AbortController()
    setTimeout(() => aborter.abort(), 200)
    const question = `[[stall]] abort ${protocol}`
    const events = await ask(question, {}, aborter.signal)
    expect(textOf(events, 'thinking-delta')).toMatch(/^Let x/)
    expect(events.some((event) => event.type === 'finish' || event.type === 'error')).toBe(false)
    await expect.poll(() => sent(question)[0]?.abortedAt, { timeout: 1_000 }).toBeTruthy()
  })

  test('an abort before the ask sends nothing', async () => {
    const question = `aborted before ${protocol}`
    const events = await ask(question, {}, AbortSignal.abort())
    expect(events.some((event) => event.type === 'finish' || event.type === 'error')).toBe(false)
    expect(sent(question)).toHaveLength(0)
  })

  test('each limit ends the run with its name', async () => {
    const end = async (scenario: string, limits: object) =>
      (await ask(scenario, { timeouts: { ...timeouts, ...limits } })).at(-1)
    expect(await end('[[never]]', { firstByteMs: 100 })).toMatchObject({
      code: 'first-byte-timeout',
      message: expect.stringContaining('0.1 seconds'),
    })
    expect(await end('[[stall]]', { silenceMs: 200 })).toMatchObject({ code: 'silence-timeout' })
    expect(await end('[[slow]]', { runMs: 400 })).toMatchObject({ code: 'run-timeout' })
  })

  test('a limit that is shorter than the wait for a retry does not end the wait', async () => {
    const sleep = () => new Promise<void>((resolve) => setTimeout(resolve, 450))
    const events = await ask('[[rate-limit]]', { sleep, timeouts: { ...timeouts, firstByteMs: 400 } })
    expect(events.at(-1)).toMatchObject({ code: 'rate-limited' })
  })

  test('a picture that cannot be read is an error of the run', async () => {
    const turns = [{ question: 'lost', media: [{ mime: 'image/png', read: () => Promise.reject(new Error('gone')) }] }]
    const events: RunEventBody[] = []
    const lost = createAskUpstream({ protocol, baseUrl: upstream.url, timeouts })
    const request = { model, thinking: { enabled: false }, turns }
    await lost(request, new AbortController().signal, (event) => void events.push(event))
    expect(events.at(-1)).toMatchObject({ type: 'error', code: 'internal' })
  })

  test('nobody listening is retried, then said', async () => {
    let waits = 0
    const events = await ask('hello', { baseUrl: 'http://127.0.0.1:1', sleep: async () => void (waits += 1) })
    expect(events.at(-1)).toMatchObject({ type: 'error', code: 'upstream-unreachable' })
    expect(waits).toBe(3)
  })
})
