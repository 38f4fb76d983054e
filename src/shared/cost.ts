import type { Price } from './config.ts'
import type { Usage } from './run/run.ts'

/** What the run cost in `price.currency`: the tier that holds the input tokens prices all of them. Cached input at its own price where known. */
export function estimateCost(price: Price, usage: Usage): number | undefined {
  const tier = price.tiers.find(({ upTo }) => upTo === undefined || usage.inputTokens <= upTo) ?? price.tiers.at(-1)
  if (!tier) return undefined
  const cached = tier.cached === undefined ? 0 : Math.min(usage.cachedTokens ?? 0, usage.inputTokens)
  return (
    ((usage.inputTokens - cached) * tier.input + cached * (tier.cached ?? 0) + usage.outputTokens * tier.output) / 1e6
  )
}
