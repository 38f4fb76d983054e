import type { Model } from '../../shared/config.ts'
import { estimateCost } from '../../shared/cost.ts'
import { isEnded, type Run } from '../../shared/run.ts'
import { useLanguage } from '../language.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { RichText } from './rich-text.tsx'

export function Answer({ run, model }: { run: Run; model: Model | undefined }) {
  const { language, messages } = useLanguage()
  const isStreaming = !isEnded(run)
  const price = model?.prices?.[0]
  const cost = price && run.usage ? estimateCost(price, run.usage) : undefined
  const format = (value: number) =>
    new Intl.NumberFormat(language, {
      style: 'currency',
      currency: price?.currency ?? 'USD',
      maximumSignificantDigits: 2,
    }).format(value)
  return (
    <section aria-label={messages.answer} aria-busy={isStreaming} className="min-w-0">
      <h2 className="mb-2 text-sm font-medium text-ink-soft">{messages.answer}</h2>
      <div className="text-lg leading-relaxed">
        <RichText text={run.answerText} isStreaming={isStreaming} />
      </div>
      {!isStreaming && (
        <div className="mt-5 flex flex-wrap items-center gap-3 text-xs text-ink-soft">
          <CopyButton label={messages.copyAnswer} text={run.answerText} />
          {run.usage && (
            <span className="tabular-nums">{messages.usage(run.usage.inputTokens, run.usage.outputTokens)}</span>
          )}
          {cost !== undefined && <span className="tabular-nums">{messages.cost(format(cost))}</span>}
          <span>{model?.label ?? run.model}</span>
        </div>
      )}
    </section>
  )
}
