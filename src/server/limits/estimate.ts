import type { Model } from '../../shared/config.ts'
import { estimateCost } from '../../shared/cost.ts'
import type { Usage } from '../../shared/run.ts'
import type { Turn } from '../ask.ts'
import type { Amount } from './ledger.ts'

/** What one run is first taken to think and answer; longer ones take more as they go. */
const firstOutputTokens = 24_000
const unknownPictureTokens = 2_600
const videoTokens = 16_000
/** From here on come the writing systems that take about a token a character. */
const wideFrom = 0x2e80

export function estimateTokens(text: string): number {
  let wide = 0
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) >= wideFrom) wide += 1
  return Math.ceil(wide + (text.length - wide) * 0.3)
}

export function estimateInput(model: Model, turns: Turn[]): number {
  const { pixels, maxInputTokens } = model
  const picture = pixels ? Math.ceil(pixels.max / pixels.factor ** 2) + 2 : unknownPictureTokens
  let tokens = 100
  for (const { question, media, thinkingText, answerText } of turns) {
    tokens += estimateTokens(question) + estimateTokens(answerText ?? '')
    if (model.wantsThinkingBack) tokens += estimateTokens(thinkingText ?? '')
    for (const { video } of media) tokens += video ? videoTokens : picture
  }
  return Math.min(tokens, maxInputTokens ?? tokens)
}

/** What a run may come to, as far as is reserved before it starts. */
export function firstOutput(model: Model, budget: number | undefined): number {
  const most = (budget ?? model.maxBudget ?? Infinity) + (model.maxOutputTokens ?? Infinity)
  return Math.min(firstOutputTokens, most)
}

/** A model without a price costs nothing that could be counted. */
export function toAmount(model: Model, usage: Usage): Amount {
  const price = model.prices?.[0]
  const cost = price ? (estimateCost(price, usage) ?? 0) : 0
  return { tokens: usage.inputTokens + usage.outputTokens, cost: Math.ceil(cost * 1e6) }
}
