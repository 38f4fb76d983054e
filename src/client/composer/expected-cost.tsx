import type { Model } from '../../shared/config.ts'
import { estimateCost } from '../../shared/cost.ts'
import { estimateTokens } from '../../shared/estimate-tokens.ts'
import { mediaTokens } from '../../shared/image-tokens.ts'
import { useLanguage } from '../i18n.tsx'
import { hasHighResolution, type Draft } from './draft.ts'

/** What the question will cost to read, before it is sent; what the answer costs nobody knows yet. */
export function ExpectedCost({ draft, model }: { draft: Draft; model: Model }) {
  const { language, messages } = useLanguage()
  const isHigh = hasHighResolution(model, draft)
  const counts = draft.media.map(({ media }) => (media ? mediaTokens(media, model, isHigh) : undefined))
  const known = counts.filter((count) => count !== undefined)
  if (known.length === 0) return null
  const tokens = known.reduce((sum, count) => sum + count, estimateTokens(draft.text))
  const price = model.prices?.[0]
  const cost = price && estimateCost(price, { inputTokens: tokens, outputTokens: 0 })
  const format = (value: number) =>
    new Intl.NumberFormat(language, {
      style: 'currency',
      currency: price?.currency ?? 'USD',
      maximumSignificantDigits: 2,
    }).format(value)
  return (
    <p className="mb-3 text-xs text-ink-soft tabular-nums">
      {messages.expected(tokens, known.length < counts.length)}
      {cost !== undefined && ` · ${messages.expectedCost(format(cost))}`}
    </p>
  )
}
