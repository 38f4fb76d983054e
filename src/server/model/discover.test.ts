import { afterEach, expect, test, vi } from 'vitest'
import { discoverLocal, listModels } from './discover.ts'

afterEach(() => vi.unstubAllGlobals())

/** Servers of this machine that answer only these addresses. */
function serve(answers: Record<string, (body: string) => unknown>) {
  const asked: { url: string; headers: Headers }[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    asked.push({ url, headers: new Headers(init.headers) })
    const answer = answers[url]
    if (!answer) throw new TypeError('connection refused')
    return Response.json(answer(String(init.body ?? '')))
  })
  return asked
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
  serve(ollama)
  const local = await discoverLocal()
  expect(local?.baseUrl).toBe('http://127.0.0.1:11434/v1')
  expect(local?.models.map(({ id, thinking, switch: by }) => [id, thinking, by])).toEqual([
    ['qwen3-vl:8b', 'switchable', 'reasoning-effort'],
    ['llava', 'never', 'none'],
  ])
})

test('LM Studio is found by its vision models, llama.cpp by what it says it can read', async () => {
  serve({
    'http://127.0.0.1:1234/api/v0/models': () => ({
      data: [
        { id: 'a', type: 'llm' },
        { id: 'b', type: 'vlm' },
      ],
    }),
  })
  expect((await discoverLocal())?.models.map(({ id }) => id)).toEqual(['b'])
  const props = (vision: boolean) => ({ modalities: { vision }, model_path: '/m/qwen.gguf' })
  serve({ 'http://127.0.0.1:8080/props': () => props(true) })
  expect(await discoverLocal()).toMatchObject({ baseUrl: 'http://127.0.0.1:8080/v1', models: [{ id: 'qwen.gguf' }] })
  serve({ 'http://127.0.0.1:8080/props': () => props(false) })
  expect(await discoverLocal()).toBeUndefined()
})

test('a server without a vision model is passed over for one that has some', async () => {
  serve({
    'http://127.0.0.1:11434/api/tags': () => ({ models: [] }),
    'http://127.0.0.1:1234/api/v0/models': () => ({ data: [{ id: 'b', type: 'vlm' }] }),
  })
  expect((await discoverLocal())?.baseUrl).toBe('http://127.0.0.1:1234/v1')
})

test('nothing there, or nonsense there, is no model', async () => {
  serve({})
  expect(await discoverLocal()).toBeUndefined()
  serve({ 'http://127.0.0.1:11434/api/tags': () => 'hello', 'http://127.0.0.1:8080/props': () => null })
  expect(await discoverLocal()).toBeUndefined()
})

test('a list of models carries no switches, and the key only where there is one', async () => {
  const asked = serve({ 'https://m.example/v1/models': () => ({ data: [{ id: 'x' }, { id: '' }] }) })
  expect(await listModels('https://m.example/v1')).toMatchObject([{ id: 'x', thinking: 'never', switch: 'none' }])
  await listModels('https://m.example/v1', 'k')
  expect(asked.map(({ headers }) => headers.get('authorization'))).toEqual([null, 'Bearer k'])
})
