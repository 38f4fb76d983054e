import type { Model } from '../../shared/config.ts'
import { isRecord, toText } from './json.ts'

const lookMs = 300
const listMs = 5_000

const toPlainModel = (id: string): Model => ({
  id,
  label: id,
  thinking: 'never',
  thinkingDefault: false,
  switch: 'none',
  media: ['image'],
})

async function readJson(url: string, timeoutMs: number, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return await response.json()
}

const readList = (body: unknown, name: string): Record<string, unknown>[] => {
  const list = isRecord(body) ? body[name] : undefined
  return Array.isArray(list) ? list.filter(isRecord) : []
}

type Local = { baseUrl: string; models: Model[] }

async function lookForOllama(): Promise<Local | undefined> {
  const root = 'http://127.0.0.1:11434'
  const names = readList(await readJson(`${root}/api/tags`, lookMs), 'models').map((model) => toText(model['name']))
  const models = await Promise.all(
    names.filter(Boolean).map(async (name) => {
      const body = JSON.stringify({ model: name })
      const shown = await readJson(`${root}/api/show`, lookMs, { method: 'POST', body }).catch(() => ({}))
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

async function lookForLmStudio(): Promise<Local | undefined> {
  const root = 'http://127.0.0.1:1234'
  const models = readList(await readJson(`${root}/api/v0/models`, lookMs), 'data').filter(
    (model) => model['type'] === 'vlm',
  )
  return { baseUrl: `${root}/v1`, models: models.map((model) => toPlainModel(toText(model['id']))) }
}

async function lookForLlamaCpp(): Promise<Local | undefined> {
  const root = 'http://127.0.0.1:8080'
  const props = await readJson(`${root}/props`, lookMs)
  const modalities = isRecord(props) ? props['modalities'] : undefined
  if (!isRecord(props) || !isRecord(modalities) || modalities['vision'] !== true) return undefined
  const id = toText(props['model_alias']) || toText(props['model_path']).split(/[\\/]/).at(-1) || 'llama.cpp'
  const model: Model = { ...toPlainModel(id), thinking: 'switchable', thinkingDefault: true, switch: 'chat-template' }
  return { baseUrl: `${root}/v1`, models: [model] }
}

/** The first server on this machine that has a vision model: Ollama, LM Studio, llama.cpp. */
export async function discoverLocal(): Promise<Local | undefined> {
  const found = await Promise.all(
    [lookForOllama, lookForLmStudio, lookForLlamaCpp].map((look) => look().catch(() => undefined)),
  )
  return found.find((local) => local !== undefined && local.models.length > 0)
}

/** The ids a compatible server lists, without switches: it does not say what they can. */
export async function listModels(baseUrl: string, apiKey?: string): Promise<Model[]> {
  const headers = apiKey ? { authorization: `Bearer ${apiKey}` } : {}
  const body = await readJson(`${baseUrl}/models`, listMs, { headers })
  return readList(body, 'data')
    .map((model) => toPlainModel(toText(model['id'])))
    .filter((model) => model.id !== '')
}
