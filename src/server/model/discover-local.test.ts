import { createServer, type IncomingHttpHeaders } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { createHttpClient } from '../network/send-request.ts'
import { discoverLocal, listModels } from './discover-local.ts'

const closers: (() => void)[] = []
afterEach(() => closers.splice(0).forEach((close) => close()))

/** Servers of this machine that answer only these addresses. */
async function serve(answers: Record<string, (body: string) => unknown>) {
  const asked: { url: string; headers: IncomingHttpHeaders }[] = []
  const server = createServer((request, response) => {
    const url = `http://${request.headers.host}${request.url}`
    asked.push({ url, headers: request.headers })
    void text(request).then((body) => {
      const answer = answers[url]
      if (answer) response.end(JSON.stringify(answer(body)))
      else response.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  const { port } = server.address() as AddressInfo
  const send = createHttpClient({ createConnection: () => connect(port, '127.0.0.1') })
  return { asked, send }
}

const ollama = {
  'http://127.0.0.1:11434/api/tags': () => ({
    models: [{ name: 'llama' }, { name: 'qwen3-vl:8b' }, { name: 'llava' }],
  }),
  'http://127.0.0.1:11434/api/show': (body: string) => ({
    capabilities: body.includes('qwen') ? ['vision', 'thinking'] : body.includes('llava') ? ['vision'] : ['completion'],
  }),
}

test('of Ollama’s models those that see are offered, with a thinking switch where they think', async () => {
  const { send } = await serve(ollama)
  const local = await discoverLocal(send)
  expect(local?.baseUrl).toBe('http://127.0.0.1:11434/v1')
  expect(local?.models.map(({ id, thinking, switch: by }) => [id, thinking, by])).toEqual([
    ['qwen3-vl:8b', 'switchable', 'reasoning-effort'],
    ['llava', 'never', 'none'],
  ])
})

test('LM Studio is found by its vision models, llama.cpp by what it says it can read', async () => {
  const look = async (answers: Parameters<typeof serve>[0]) => await discoverLocal((await serve(answers)).send)
  const lmStudio = {
    'http://127.0.0.1:1234/api/v0/models': () => ({
      data: [
        { id: 'a', type: 'llm' },
        { id: 'b', type: 'vlm' },
      ],
    }),
  }
  expect((await look(lmStudio))?.models.map(({ id }) => id)).toEqual(['b'])
  const props = (vision: boolean) => ({ modalities: { vision }, model_path: '/m/qwen.gguf' })
  const llamaCpp = (vision: boolean) => look({ 'http://127.0.0.1:8080/props': () => props(vision) })
  expect(await llamaCpp(true)).toMatchObject({ baseUrl: 'http://127.0.0.1:8080/v1', models: [{ id: 'qwen.gguf' }] })
  expect(await llamaCpp(false)).toBeUndefined()
})

test('a server without a vision model is passed over for one that has some', async () => {
  const { send } = await serve({
    'http://127.0.0.1:11434/api/tags': () => ({ models: [] }),
    'http://127.0.0.1:1234/api/v0/models': () => ({ data: [{ id: 'b', type: 'vlm' }] }),
  })
  expect((await discoverLocal(send))?.baseUrl).toBe('http://127.0.0.1:1234/v1')
})

test('nothing there, or nonsense there, is no model', async () => {
  expect(await discoverLocal((await serve({})).send)).toBeUndefined()
  const nonsense = { 'http://127.0.0.1:11434/api/tags': () => 'hello', 'http://127.0.0.1:8080/props': () => null }
  expect(await discoverLocal((await serve(nonsense)).send)).toBeUndefined()
})

test('a list of models carries no switches, and the key only where there is one', async () => {
  const { asked, send } = await serve({ 'http://m.example/v1/models': () => ({ data: [{ id: 'x' }, { id: '' }] }) })
  expect(await listModels('http://m.example/v1', undefined, send)).toMatchObject([
    { id: 'x', thinking: 'never', switch: 'none' },
  ])
  await listModels('http://m.example/v1', 'k', send)
  expect(asked.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer k'])
})
