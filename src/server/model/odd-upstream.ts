import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'
import type { Model } from '../../shared/config.ts'
import type { RunEventBody } from '../../shared/run/run.ts'
import { createAskUpstream, type UpstreamOptions } from './ask-upstream.ts'

export const model: Model = {
  id: 'm',
  label: 'M',
  thinking: 'never',
  thinkingDefault: false,
  switch: 'none',
  media: ['image'],
}
const closers: (() => void)[] = []
afterEach(() => closers.splice(0).forEach((close) => close()))

/** A server on this machine that replies as it is told. `count` says the how manieth request it is. */
export async function serve(answer: (request: IncomingMessage, response: ServerResponse, count: number) => void) {
  let count = 0
  const server = createServer((request, response) => {
    request.resume()
    count += 1
    answer(request, response, count)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked: () => count }
}

/** Asks it one question. `waits` are those between tries, in milliseconds; nothing is waited for. */
export async function ask(baseUrl: string, over: Partial<UpstreamOptions> = {}) {
  const waits: number[] = []
  const logged: object[] = []
  const upstreamAsk = createAskUpstream({
    protocol: 'openai',
    baseUrl,
    apiKey: 'sk-canary',
    timeouts: { firstByteMs: 5_000, silenceMs: 1_000, runMs: 10_000 },
    random: () => 0.5,
    sleep: async (ms) => void waits.push(ms),
    log: { info: (entry) => void logged.push(entry), error: () => {} },
    ...over,
  })
  const events: RunEventBody[] = []
  const turns = [{ question: 'x', media: [] }]
  const request = { model, thinking: { enabled: false }, turns }
  await upstreamAsk(request, new AbortController().signal, (event) => void events.push(event))
  return { events, waits, logged, last: events.at(-1) }
}

export const chunk = (choice: object) => `data: ${JSON.stringify({ choices: [choice] })}\n\n`
export const stream = { 'content-type': 'text/event-stream' }

/** A short answer, piece by piece, and the whole of its text. */
export const shortAnswer = {
  text: 'The answer is 6.',
  frames: [
    ...['The answer ', 'is 6.'].map((content) => chunk({ delta: { content } })),
    chunk({ delta: {}, finish_reason: 'stop' }),
  ],
}
