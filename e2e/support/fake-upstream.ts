import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWire, type Wire } from './fake-wire.ts'

export type FakeRequest = {
  path: string
  headers: IncomingHttpHeaders
  body: unknown
  /** When the caller hung up before the reply was complete. */
  abortedAt?: number
}

export type FakeUpstream = { url: string; requests: FakeRequest[]; close: () => Promise<void> }

const thinking = ['Let', ' x be', ' the unknown.', '\n\nThen \\(2x', ' + 1 = 11\\),', ' so \\[ x', ' = 5 \\]']
const answer = ['The answer', ' is \\(x', ' = 5\\).']
const longChars = 32 * 1024

const paragraphs = [
  'So \\(a_{n} = n^2\\) and we go on, but wait: does it hold for \\(n = 0\\) as well? It does, so let me write it down.',
  '\\[ \\sum_{k=1}^{n} k^2 = \\frac{n(n+1)(2n+1)}{6} \\]',
  '- the first **case** is \\(x > 0\\)\n- the second is \\(x \\le 0\\), where `f` falls\n- and no third',
  'Let me check that with a number. For \\(n = 3\\) the left side is \\(1 + 4 + 9 = 14\\), the right one \\(\\frac{84}{6}\\).',
]

type Play = (wire: Wire, response: ServerResponse, body: unknown) => Promise<void> | void

const refuse =
  (status: number, code: string, message: string): Play =>
  (wire) =>
    wire.refuse(status, code, message)

async function think(wire: Wire, everyMs = 5) {
  for (const text of thinking) {
    wire.thinking(text)
    await sleep(everyMs)
  }
}

async function step(wire: Wire, response: ServerResponse, steps: number) {
  for (let count = 1; count <= steps && !response.destroyed; count += 1) {
    wire.thinking(`Step ${count}: \\(x_{${count}} = ${count}\\). `)
    await sleep(150)
  }
}

/** Some 200 tokens a second, a few at a time. */
async function thinkAtLength(wire: Wire, response: ServerResponse, chars: number, gap = '\n\n') {
  const startedAt = performance.now()
  let sent = 0
  for (let index = 0; sent < chars && !response.destroyed; index += 1) {
    const paragraph = gap === ' ' ? paragraphs[0] : paragraphs[index % paragraphs.length]
    for (const piece of `${paragraph}${gap}`.match(/[^]{1,12}/g) ?? []) {
      wire.thinking(piece)
      sent += piece.length
      await sleep(startedAt + (sent / 4) * 5 - performance.now())
    }
  }
  await conclude(wire)
}

async function conclude(wire: Wire) {
  for (const text of answer) {
    wire.answer(text)
    await sleep(5)
  }
  wire.finish('stop')
}

const scenarios: Record<string, Play> = {
  normal: async (wire) => {
    await think(wire)
    await conclude(wire)
  },
  slow: async (wire, response) => {
    await step(wire, response, 40)
    await conclude(wire)
  },
  brief: async (wire) => {
    await think(wire, 150)
    await conclude(wire)
  },
  /** Silent in the middle for six seconds. */
  pause: async (wire) => {
    await think(wire)
    await sleep(6_000)
    await conclude(wire)
  },
  stall: (wire) => think(wire),
  /** For those who stop it, however slow the machine is. */
  'until-stopped': (wire, response) => step(wire, response, Infinity),
  cut: async (wire, response) => {
    await think(wire)
    response.destroy()
  },
  'refuse-key': refuse(401, 'invalid_api_key', 'Incorrect API key provided.'),
  'no-credit': refuse(400, 'Arrearage', 'Access denied, please make sure your account is in good standing.'),
  'not-found': refuse(404, 'model_not_found', 'The model does not exist or you do not have access to it.'),
  'rate-limit': refuse(429, 'insufficient_quota', 'You exceeded your current quota.'),
  'bad-image': refuse(
    400,
    'invalid_parameter_error',
    '<400> InternalError.Algo.InvalidParameter: Failed to decode the image.',
  ),
  'too-long': refuse(
    400,
    'invalid_parameter_error',
    '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 983616]',
  ),
  moderation: async (wire) => {
    await think(wire)
    wire.fail('data_inspection_failed', 'Output data may contain inappropriate content.')
  },
  length: async (wire) => {
    await think(wire)
    wire.finish('length')
  },
  garble: async (wire) => {
    wire.raw('data: {"choices":[{"delta":{"content\n\ndata: not json\n\n')
    await think(wire)
    wire.raw('data: {]\n\n')
    await conclude(wire)
  },
  'no-finish': async (wire) => {
    await think(wire)
    for (const text of answer) wire.answer(text)
    wire.end()
  },
  never: () => {},
  /** Answers with what the question says behind the marker, in small pieces. */
  echo: async (wire, _response, body) => {
    const asked = JSON.stringify(body).split('[[echo]]').at(-1) ?? ''
    const text = JSON.parse(`"${/^(?:[^"\\]|\\.)*/.exec(asked)?.[0] ?? ''}"`) as string
    for (const [piece] of text.matchAll(/[^]{1,24}/g)) {
      wire.answer(piece)
      await sleep(1)
    }
    wire.finish('stop')
  },
  long: (wire, response) => thinkAtLength(wire, response, longChars),
  endless: (wire, response) => thinkAtLength(wire, response, longChars, ' '),
  late: (wire, response) => thinkAtLength(wire, response, 6_000),
}

/** The last question decides, so that a follow-up does not repeat what its first turn met. */
function toScenario(body: unknown): Play {
  if ((body as { model?: string }).model === 'retired-vl') {
    return refuse(404, 'model_not_found', 'The model `retired-vl` does not exist or you do not have access to it.')
  }
  const name = JSON.stringify(body)
    .match(/\[\[[\w-]+\]\]/g)
    ?.at(-1)
    ?.slice(2, -2)
  const play = scenarios[name ?? 'normal']
  if (!play) throw new Error(`There is no scenario ${name}.`)
  return play
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? undefined : (JSON.parse(text) as unknown)
}

/** A model service on this machine, in both wire formats. `[[name]]` in the question chooses what happens. */
export async function startFakeUpstream(): Promise<FakeUpstream> {
  const requests: FakeRequest[] = []

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const path = new URL(request.url ?? '/', 'http://fake').pathname
    const entry: FakeRequest = { path, headers: request.headers, body: await readBody(request) }
    requests.push(entry)
    response.on('close', () => {
      if (!response.writableFinished) entry.abortedAt = Date.now()
    })
    if (path.endsWith('/models')) {
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({ object: 'list', data: [{ id: 'fake-vl', object: 'model', created: 1, owned_by: 'fake' }] }),
      )
      return
    }
    const isNative = path.endsWith('/api/v1/services/aigc/multimodal-generation/generation')
    if (!isNative && !path.endsWith('/chat/completions')) {
      response.writeHead(404).end()
      return
    }
    await toScenario(entry.body)(createWire(isNative ? 'dashscope' : 'openai', response), response, entry.body)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((cause: unknown) => {
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end(String(cause))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
