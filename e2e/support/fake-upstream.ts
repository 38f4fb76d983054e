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

type Play = (wire: Wire, response: ServerResponse) => Promise<void> | void

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
    for (let step = 1; step <= 40 && !response.destroyed; step += 1) {
      wire.thinking(`Step ${step}: \\(x_{${step}} = ${step}\\). `)
      await sleep(150)
    }
    await conclude(wire)
  },
  brief: async (wire) => {
    await think(wire, 150)
    await conclude(wire)
  },
  stall: (wire) => think(wire),
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
  long: async (wire, response) => {
    for (let sent = 0; sent < longChars && !response.destroyed;) {
      const text = `So \\(a_{${sent}} = ${sent}\\) and we go on. `
      wire.thinking(text)
      sent += text.length
      await sleep((text.length / 4) * 5)
    }
    await conclude(wire)
  },
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
    await toScenario(entry.body)(createWire(isNative ? 'dashscope' : 'openai', response), response)
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
