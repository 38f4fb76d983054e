import { z } from 'zod'
import type { Model, PixelRule, Price, VideoRule } from '../../shared/config.ts'

const pixels32: PixelRule = { factor: 32, min: 65_536, max: 2_621_440, highMax: 16_777_216 }
const pixels28: PixelRule = { factor: 28, min: 3_136, max: 1_003_520, highMax: 12_845_056 }

const video = (maxS: number, maxFrames: number, totalPixels: number): VideoRule => ({
  minS: 2,
  maxS,
  minFrames: 4,
  maxFrames,
  framePixels: 655_360,
  totalPixels,
})
const hours = 3_600

type Tier = [upToThousand: number | undefined, input: number, output: number, cached?: number]
const toTiers = (tiers: Tier[]) =>
  tiers.map(([upTo, input, output, cached]) => ({
    ...(upTo !== undefined && { upTo: upTo * 1024 }),
    input,
    output,
    ...(cached !== undefined && { cached }),
  }))
const cny = (...tiers: Tier[]): Price => ({
  region: 'china',
  currency: 'CNY',
  asOf: '2026-11-23',
  tiers: toTiers(tiers),
})
const usd = (...tiers: Tier[]): Price => ({
  region: 'international',
  currency: 'USD',
  asOf: '2026-08-31',
  tiers: toTiers(tiers),
})

const hybrid = (id: string, label: string, maxBudget: number, rest: Partial<Model> = {}): Model => ({
  id,
  label,
  thinking: 'switchable',
  thinkingDefault: true,
  maxBudget,
  switch: 'enable_thinking',
  media: ['image', 'video'],
  pixels: pixels32,
  video: video(2 * hours, 8_000, 819_200_000),
  maxInputTokens: 991_808,
  maxOutputTokens: 65_536,
  ...rest,
})

const qwen3Vl = {
  maxInputTokens: 260_096,
  maxOutputTokens: 32_768,
  video: video(1 * hours, 2_000, 134_217_728),
}
const thinkingOnly = (id: string, label: string, rest: Partial<Model> = {}): Model =>
  hybrid(id, label, 81_920, {
    thinking: 'always',
    switch: 'none',
    video: video(1_200, 512, 67_108_864),
    maxInputTokens: 126_976,
    maxOutputTokens: 32_768,
    ...rest,
  })

const qvq: Partial<Model> = {
  maxBudget: 16_384,
  isStreamOnly: true,
  pixels: pixels28,
  video: video(600, 512, 51_380_224),
  maxInputTokens: 106_496,
  maxOutputTokens: 8_192,
}

/** What DashScope offers for pictures, as of November 2026; the first is the default. `MODELS_FILE` overrides and adds. */
export const catalogue: Model[] = [
  hybrid('qwen3.8-flash', 'Qwen3.8 Flash', 262_144, {
    wantsThinkingBack: true,
    maxOutputTokens: 131_072,
    prices: [cny([undefined, 0.8, 2.7, 0.1])],
  }),
  hybrid('qwen3.8-max', 'Qwen3.8 Max', 262_144, {
    wantsThinkingBack: true,
    maxOutputTokens: 131_072,
    prices: [cny([undefined, 12, 36, 1.5]), usd([undefined, 2, 6, 0.25])],
  }),
  hybrid('qwen3.7-plus', 'Qwen3.7 Plus', 262_144, { prices: [usd([256, 0.4, 1.6], [undefined, 1.2, 4.8])] }),
  hybrid('qwen3.7-flash', 'Qwen3.7 Flash', 262_144, {
    maxOutputTokens: 131_072,
    prices: [
      cny([32, 0.2, 0.8], [256, 0.6, 2.4], [undefined, 1.2, 4.8]),
      usd([32, 0.03, 0.13], [256, 0.1, 0.4], [undefined, 0.2, 0.8]),
    ],
  }),
  hybrid('qwen3.6-plus', 'Qwen3.6 Plus', 81_920, {
    prices: [cny([256, 2, 12], [undefined, 8, 48]), usd([256, 0.5, 3], [undefined, 2, 6])],
  }),
  hybrid('qwen3.6-flash', 'Qwen3.6 Flash', 131_072, {
    prices: [cny([256, 1.2, 7.2], [undefined, 4.8, 28.8]), usd([256, 0.25, 1.5], [undefined, 1, 4])],
  }),
  hybrid('qwen3.5-plus', 'Qwen3.5 Plus', 81_920, {
    prices: [cny([128, 0.8, 4.8], [256, 2, 12], [undefined, 4, 24]), usd([256, 0.4, 2.4], [undefined, 0.5, 3])],
  }),
  hybrid('qwen3.5-flash', 'Qwen3.5 Flash', 81_920, {
    prices: [cny([128, 0.2, 2], [256, 0.8, 8], [undefined, 1.2, 12]), usd([undefined, 0.1, 0.4])],
  }),
  hybrid('qwen3-vl-plus', 'Qwen3-VL Plus', 81_920, {
    ...qwen3Vl,
    thinkingDefault: false,
    prices: [
      cny([32, 1, 10], [128, 1.5, 15], [undefined, 3, 30]),
      usd([32, 0.2, 1.6], [128, 0.3, 2.4], [undefined, 0.6, 4.8]),
    ],
  }),
  hybrid('qwen3-vl-flash', 'Qwen3-VL Flash', 81_920, {
    ...qwen3Vl,
    thinkingDefault: false,
    retiresAt: '2026-10-11',
    prices: [
      cny([32, 0.15, 1.5], [128, 0.3, 3], [undefined, 0.6, 6]),
      usd([32, 0.05, 0.4], [128, 0.075, 0.6], [undefined, 0.12, 0.96]),
    ],
  }),
  thinkingOnly('qwen3-vl-235b-a22b-thinking', 'Qwen3-VL 235B Thinking', {
    video: qwen3Vl.video,
    retiresAt: '2026-10-11',
    prices: [cny([undefined, 2, 20])],
  }),
  thinkingOnly('qwen3-vl-32b-thinking', 'Qwen3-VL 32B Thinking', {
    retiresAt: '2026-10-11',
    prices: [cny([undefined, 2, 20])],
  }),
  thinkingOnly('qwen3-vl-8b-thinking', 'Qwen3-VL 8B Thinking', { prices: [cny([undefined, 0.5, 5])] }),
  hybrid('kimi-k2.6', 'Kimi K2.6', 81_920, { maxInputTokens: 262_144, prices: [cny([undefined, 6.5, 27])] }),
  thinkingOnly('qvq-max', 'QVQ Max', {
    ...qvq,
    retiresAt: '2026-10-10',
    prices: [cny([undefined, 8, 32]), usd([undefined, 1.2, 4.8])],
  }),
  // No notice names it: this is the date at which the service’s console took it offline.
  thinkingOnly('qvq-plus', 'QVQ Plus', { ...qvq, retiresAt: '2026-07-13', prices: [cny([undefined, 2, 5])] }),
]

const price = z.object({
  region: z.enum(['china', 'international']),
  currency: z.enum(['CNY', 'USD']),
  asOf: z.string(),
  tiers: z.array(
    z.object({ upTo: z.number().optional(), input: z.number(), output: z.number(), cached: z.number().optional() }),
  ),
})
const model = z.object({
  id: z.string().min(1),
  label: z.string().min(1),
  thinking: z.enum(['always', 'switchable', 'never']),
  thinkingDefault: z.boolean(),
  maxBudget: z.number().int().positive().optional(),
  switch: z.enum(['enable_thinking', 'chat-template', 'reasoning-effort', 'none']),
  media: z.array(z.enum(['image', 'video'])),
  isStreamOnly: z.boolean().optional(),
  wantsThinkingBack: z.boolean().optional(),
  pixels: z
    .object({
      factor: z.number().positive(),
      min: z.number().positive(),
      max: z.number().positive(),
      highMax: z.number().positive().optional(),
    })
    .optional(),
  video: z
    .object({
      minS: z.number().positive(),
      maxS: z.number().positive(),
      minFrames: z.number().int().positive(),
      maxFrames: z.number().int().positive(),
      framePixels: z.number().positive(),
      totalPixels: z.number().positive(),
    })
    .optional(),
  wholeVideoBytes: z.number().positive().optional(),
  maxInputTokens: z.number().positive().optional(),
  maxOutputTokens: z.number().positive().optional(),
  retiresAt: z.iso.date().optional(),
  prices: z.array(price).optional(),
})

/** A `Model[]` from JSON; throws an Error naming the entry and the field. */
export function parseModels(value: unknown): Model[] {
  const result = z.array(model).safeParse(value)
  if (result.success) return result.data as Model[]
  const issue = result.error.issues[0]
  throw new Error(`models[${issue?.path.join('.') ?? ''}]: ${issue?.message ?? 'invalid'}`)
}

/** The same id overrides, a new id is added behind. */
export function mergeModels(base: Model[], extra: Model[]): Model[] {
  const overrides = new Map(extra.map((item) => [item.id, item]))
  const known = new Set(base.map((item) => item.id))
  return [...base.map((item) => overrides.get(item.id) ?? item), ...extra.filter((item) => !known.has(item.id))]
}
