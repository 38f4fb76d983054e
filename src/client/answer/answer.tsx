import { useRef } from 'react'
import type { Model } from '../../shared/config.ts'
import { estimateCost } from '../../shared/cost.ts'
import { isEnded, type Run } from '../../shared/run/run.ts'
import { useLanguage } from '../i18n.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { RichText } from '../markdown/rich-text.tsx'

export function Answer({ run, model }: { run: Run; model: Model | undefined }) {
  const { language, messages } = useLanguage()
  const isStreaming = !isEnded(run)
  const isLong = run.answerText.length > 1_200
  const place = useRef<HTMLDivElement>(null)
  const toHtml = async () => {
    const { toRichText } = await import('../markdown/to-clipboard.ts')
    return place.current ? toRichText(place.current) : ''
  }
  const showResult = () => {
    const results = place.current?.querySelectorAll<HTMLElement>('[data-boxed]') ?? []
    results[results.length - 1]?.scrollIntoView({ block: 'center', behavior: 'smooth' })
  }
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
      <div className="mb-2 flex items-baseline justify-between gap-4 text-sm font-medium text-ink-soft">
        <h2>{messages.answer}</h2>
        {isLong && run.answerText.includes('\\boxed') && (
          <button type="button" className="underline underline-offset-4" onClick={showResult}>
            {messages.toResult} ↓
          </button>
        )}
      </div>
      <div ref={place} className="text-lg leading-relaxed">
        <RichText text={run.answerText} isStreaming={isStreaming} />
      </div>
      {!isStreaming && (
        <div className="mt-5 flex flex-wrap items-center gap-3 text-xs text-ink-soft">
          <CopyButton label={messages.copyAnswer} text={run.answerText} />
          <CopyButton label={messages.copyRichText} text={run.answerText} toHtml={toHtml} />
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
