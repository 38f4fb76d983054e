import { readFileSync } from 'node:fs'
import type { Config, Model } from '../../shared/config.ts'
import type { Ask } from '../model/contract.ts'
import { createAskDemo } from '../demo/ask-demo.ts'
import { silent, type Log } from '../metrics/log.ts'
import { createAskUpstream } from '../model/ask-upstream.ts'
import { catalogue, mergeModels, parseModels } from '../model/catalogue.ts'
import { discoverLocal, listModels } from '../model/discover-local.ts'
import { isDashScope, keyFor, toBaseUrl } from '../model/endpoints.ts'
import { createProxyFor } from '../network/proxy.ts'
import { createHttpClient } from '../network/send-request.ts'
import type { Settings } from '../settings.ts'

/** Who answers questions right now, and with which models. */
export type ModelProvider = Pick<Config, 'mode' | 'models' | 'defaultModel'> & { ask: Ask }

const lookAgainMs = 30_000

/** A price list of the other market would mislead. */
function withPricesOf(models: Model[], settings: Settings): Model[] {
  const region = settings.DASHSCOPE_REGION === 'beijing' ? 'china' : 'international'
  return models.map(({ prices, ...model }) => {
    const isDashScopeHost = prices?.filter((price) => price.region === region)
    return { ...model, ...(isDashScopeHost && isDashScopeHost.length > 0 && { prices: isDashScopeHost }) }
  })
}

/** DashScope takes whole files by a temporary upload, this many bytes through this server. */
const wholeVideoBytes = 512 * 1024 * 1024
const withWholeVideos = (model: Model): Model => (model.media.includes('video') ? { ...model, wholeVideoBytes } : model)

function readModelsFile(file: string | undefined): Model[] {
  if (file === undefined) return []
  try {
    return parseModels(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new Error(`The setting MODELS_FILE is wrong: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function pickDefault(models: Model[], requested: string | undefined): string {
  if (requested !== undefined) {
    if (models.some((model) => model.id === requested)) return requested
    throw new Error(`The setting DEFAULT_MODEL is wrong: there is no model ${requested} in the list.`)
  }
  const today = new Date().toISOString().slice(0, 10)
  const current = models.find((model) => model.retiresAt === undefined || model.retiresAt > today)
  return (current ?? models[0])?.id ?? ''
}

/**
 * Connects to what the settings name; with neither key nor address, to a local server with a vision model; failing
 * that it plays the written samples and looks again now and then. Throws for a setting that is wrong.
 */
export async function createModelProvider(settings: Settings, log: Log = silent): Promise<() => ModelProvider> {
  const extra = readModelsFile(settings.MODELS_FILE)
  const { DASHSCOPE_REGION: region, MODEL_PROTOCOL: protocol, DASHSCOPE_WORKSPACE: workspace } = settings
  const timeouts = {
    firstByteMs: settings.FIRST_BYTE_TIMEOUT_S * 1000,
    silenceMs: settings.SILENCE_TIMEOUT_S * 1000,
    runMs: settings.RUN_TIMEOUT_S * 1000,
  }

  if (settings.MODEL_BASE_URL !== undefined || settings.DASHSCOPE_API_KEY !== undefined) {
    const baseUrl = settings.MODEL_BASE_URL ?? toBaseUrl(region, protocol, workspace)
    const proxyFor = createProxyFor(settings)
    const apiKey = keyFor(baseUrl, settings)
    const ask = createAskUpstream({
      protocol,
      baseUrl,
      timeouts,
      log,
      proxyFor,
      ...(apiKey !== undefined && { apiKey }),
    })
    const isDashScopeHost = isDashScope(baseUrl) || protocol === 'dashscope'
    const listed = isDashScopeHost
      ? []
      : await listModels(baseUrl, apiKey, createHttpClient({ keepsAlive: false, proxyFor })).catch(() => [])
    const base = isDashScopeHost ? catalogue : mergeCatalogue(listed)
    const merged = withPricesOf(mergeModels(base.length > 0 ? base : catalogue, extra), settings)
    const models = isDashScopeHost ? merged.map(withWholeVideos) : merged
    const connection = { mode: 'live' as const, models, defaultModel: pickDefault(models, settings.DEFAULT_MODEL), ask }
    return () => connection
  }

  const demoModels = withPricesOf(mergeModels(catalogue, extra), settings)
  const demo: ModelProvider = {
    mode: 'demo',
    models: demoModels,
    defaultModel: pickDefault(demoModels, settings.DEFAULT_MODEL),
    ask: createAskDemo(),
  }
  let current = demo
  async function discover() {
    const local = await discoverLocal()
    if (!local) return
    const models = mergeModels(local.models, extra)
    current = {
      mode: 'local',
      models,
      defaultModel: models.some((model) => model.id === settings.DEFAULT_MODEL)
        ? (settings.DEFAULT_MODEL ?? '')
        : pickDefault(models, undefined),
      ask: createAskUpstream({ protocol: 'openai', baseUrl: local.baseUrl, timeouts, log }),
    }
  }
  await discover()
  const timer = setInterval(() => {
    if (current.mode === 'demo') void discover().catch(() => {})
  }, lookAgainMs)
  timer.unref()
  return () => current
}

/** A listed id that the catalogue knows gets its switches; another server's prices are not ours to tell. */
function mergeCatalogue(listed: Model[]): Model[] {
  const known = new Map(catalogue.map((model) => [model.id, model]))
  return listed.map((model) => {
    const { prices: _prices, ...rest } = known.get(model.id) ?? model
    return rest
  })
}
