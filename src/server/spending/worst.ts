import type { Model, Price } from '../../shared/config.ts'
import { estimateCost } from '../../shared/cost.ts'
import type { Thinking, Usage } from '../../shared/run/run.ts'
import type { Turn, TurnMedia } from '../model/contract.ts'
import type { Amount } from './ledger.ts'

/** Of a model whose limits nobody named: the most that any of the catalogue takes. */
const unnamed = { thinking: 262_144, output: 131_072, picture: 16_386, video: 800_002, factor: 32 }
/** A frame is never taken larger. */
const highFramePixels = 2_048_000
/** Marks around each turn, and what a service puts before a question by itself. */
const aroundTokens = 1_000
const perTurnTokens = 20

export type Worst = { input: number; output: number }

/** A token is at least a byte. */
const textTokens = (text: string | undefined) => (text === undefined ? 0 : Buffer.byteLength(text))

function pictureTokens({ pixels }: Model, isHighResolution: boolean): number {
  if (!pixels) return unnamed.picture
  const most = isHighResolution ? (pixels.highMax ?? pixels.max) : pixels.max
  return Math.ceil(most / pixels.factor ** 2) + 2
}

/** Two frames make one. All of them, and where their number is known each of them, have so many pixels at most. */
function videoTokens({ video: rule, pixels }: Model, frames: number | undefined, isHighResolution: boolean): number {
  if (!rule) return unnamed.video
  const patch = (pixels?.factor ?? unnamed.factor) ** 2
  const ofAll = Math.ceil(rule.totalPixels / patch) + 2
  if (frames === undefined) return ofAll
  const framePixels = isHighResolution ? Math.max(rule.framePixels, highFramePixels) : rule.framePixels
  return Math.min(ofAll, Math.ceil(frames / 2) * Math.ceil(framePixels / patch) + 2)
}

/** The most tokens that a question and its answer can come to, as far as is known of the model. */
export function toWorst(model: Model, thinking: Thinking, turns: Turn[], isHighResolution: boolean): Worst {
  const mediaTokens = ({ video }: TurnMedia) =>
    video ? videoTokens(model, video.frames, isHighResolution) : pictureTokens(model, isHighResolution)
  let input = aroundTokens
  for (const { question, media, thinkingText, answerText } of turns) {
    input += perTurnTokens + textTokens(question) + textTokens(answerText)
    if (model.wantsThinkingBack) input += textTokens(thinkingText)
    for (const item of media) input += mediaTokens(item)
  }
  const thinks = model.thinking === 'always' || (model.thinking === 'switchable' && thinking.enabled)
  const thought = thinks ? (thinking.budget ?? model.maxBudget ?? unnamed.thinking) : 0
  return {
    input: Math.min(input, model.maxInputTokens ?? input),
    output: thought + (model.maxOutputTokens ?? unnamed.output),
  }
}

const toMillionths = (price: Price | undefined, usage: Usage) =>
  Math.ceil((price ? (estimateCost(price, usage) ?? 0) : 0) * 1e6)

/** A model without a price costs nothing that could be counted. */
export function toAmount(model: Model, usage: Usage): Amount {
  return {
    tokens: Math.ceil(usage.inputTokens + usage.outputTokens),
    cost: toMillionths(model.prices?.[0], usage),
  }
}

/** What up to so many tokens cost at most: less input may fall into a tier that is dearer. */
export function toWorstAmount(model: Model, { input, output }: Worst): Amount {
  const price = model.prices?.[0]
  const bounds = (price?.tiers ?? []).flatMap(({ upTo }) => (upTo !== undefined && upTo < input ? [upTo] : []))
  const costs = [input, ...bounds].map((tokens) => toMillionths(price, { inputTokens: tokens, outputTokens: output }))
  return { tokens: input + output, cost: Math.max(...costs) }
}
