import type { Model } from '../../shared/config.ts'
import { createHttpClient, readText, type HttpRequest, type SendRequest } from '../network/send-request.ts'
import { toMethodUrl } from './endpoints.ts'
import { isRecord, toText } from './json.ts'

const lookMs = 300
const listMs = 5_000
const maxListBytes = 8 * 1024 * 1024
const sendRequest = createHttpClient({ keepsAlive: false })

const toPlainModel = (id: string): Model => ({
  id,
  label: id,
  thinking: 'never',
  thinkingDefault: false,
  switch: 'none',
  media: ['image'],
})

async function readJson(send: SendRequest, url: string, timeoutMs: number, asked: HttpRequest = {}): Promise<unknown> {
  const response = await send(url, { ...asked, signal: AbortSignal.timeout(timeoutMs) })
  const text = await readText(response, maxListBytes)
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`)
  return JSON.parse(text)
}

const readList = (body: unknown, name: string): Record<string, unknown>[] => {
  const list = isRecord(body) ? body[name] : undefined
  return Array.isArray(list) ? list.filter(isRecord) : []
}

type Local = { baseUrl: string; models: Model[] }

async function lookForOllama(send: SendRequest): Promise<Local | undefined> {
  const root = 'http://127.0.0.1:11434'
  const names = readList(await readJson(send, `${root}/api/tags`, lookMs), 'models').map((model) =>
    toText(model['name']),
  )
  const models = await Promise.all(
    names.filter(Boolean).map(async (name) => {
      const body = Buffer.from(JSON.stringify({ model: name }))
      const shown = await readJson(send, `${root}/api/show`, lookMs, { method: 'POST', body }).catch(() => ({}))
      const capabilities = isRecord(shown) && Array.isArray(shown['capabilities']) ? shown['capabilities'] : []
      if (!capabilities.includes('vision')) return []
      if (!capabilities.includes('thinking')) return [toPlainModel(name)]
      return [
        {
          ...toPlainModel(name),
          thinking: 'switchable' as const,
          thinkingDefault: true,
          switch: 'reasoning-effort' as const,
        },
      ]
    }),
  )
  return { baseUrl: `${root}/v1`, models: models.flat() }
}

async function lookForLmStudio(send: SendRequest): Promise<Local | undefined> {
  const root = 'http://127.0.0.1:1234'
  const models = readList(await readJson(send, `${root}/api/v0/models`, lookMs), 'data').filter(
    (model) => model['type'] === 'vlm',
  )
  return { baseUrl: `${root}/v1`, models: models.map((model) => toPlainModel(toText(model['id']))) }
}

async function lookForLlamaCpp(send: SendRequest): Promise<Local | undefined> {
  const root = 'http://127.0.0.1:8080'
  const props = await readJson(send, `${root}/props`, lookMs)
  const modalities = isRecord(props) ? props['modalities'] : undefined
  if (!isRecord(props) || !isRecord(modalities) || modalities['vision'] !== true) return undefined
  const id = toText(props['model_alias']) || toText(props['model_path']).split(/[\\/]/).at(-1) || 'llama.cpp'
  const model: Model = { ...toPlainModel(id), thinking: 'switchable', thinkingDefault: true, switch: 'chat-template' }
  return { baseUrl: `${root}/v1`, models: [model] }
}

/** The first server on this machine that has a vision model: Ollama, LM Studio, llama.cpp. */
export async function discoverLocal(send = sendRequest): Promise<Local | undefined> {
  const found = await Promise.all(
    [lookForOllama, lookForLmStudio, lookForLlamaCpp].map((look) => look(send).catch(() => undefined)),
  )
  return found.find((local) => local !== undefined && local.models.length > 0)
}

/** The ids a compatible server lists, without switches: it does not say what they can. */
export async function listModels(baseUrl: string, apiKey?: string, send = sendRequest): Promise<Model[]> {
  const headers = apiKey ? { authorization: `Bearer ${apiKey}` } : {}
  const body = await readJson(send, toMethodUrl(baseUrl, '/models').href, listMs, { headers })
  return readList(body, 'data')
    .map((model) => toPlainModel(toText(model['id'])))
    .filter((model) => model.id !== '')
}
