import { useEffect, useRef } from 'react'
import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import type { Config } from '../../shared/config.ts'
import { isEnded, type Run } from '../../shared/run/run.ts'
import { stopRun } from '../api/api.ts'
import { Composer } from '../composer/composer.tsx'
import { DropTarget } from '../composer/drop-target.tsx'
import { toChoices } from '../composer/draft.ts'
import { useDraft } from '../composer/use-draft.ts'
import { SelectionTools } from '../run/conversation/selection-tools.tsx'
import { toQuotation } from '../../shared/markdown/split-quote.ts'
import { useMessages } from '../i18n.tsx'
import { ShareButton } from '../share/share-button.tsx'
import { toQuestion, toSettings, useAsk, clearIfUnchanged } from './use-ask.ts'

type Props = {
  /** The last of the conversation. */
  run: Run
  /** All of it, oldest first. */
  runs: Run[]
  config: Config
  onAsked: (run: Run) => void
}

/** Below a conversation: Stop while it goes on, then another question, or the last one again. */
export function FollowUp({ run, runs, config, onAsked }: Props) {
  const messages = useMessages()
  const [, navigate] = useLocation()
  const place = useRef<HTMLDivElement>(null)
  const state = useDraft(`follow ${run.id}`, toChoices(run))
  const { draft } = state
  const model =
    config.models.find(({ id }) => id === draft.model) ??
    config.models.find(({ id }) => id === config.defaultModel) ??
    config.models[0]
  const stop = useMutation({ mutationFn: () => stopRun(run.id) })
  const { ask, isAsking, error } = useAsk((made, question) => {
    // What was asked from a selection leaves the box as it is.
    if (model && made.parent === run.id) state.update(clearIfUnchanged(question, model, messages))
    onAsked(made)
  })
  const isLive = !isEnded(run)

  useEffect(() => {
    const element = place.current
    if (!element) return
    // Focus and anchors stay clear of the bar.
    const measure = () =>
      document.documentElement.style.setProperty('scroll-padding-bottom', `${element.offsetHeight + 16}px`)
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => {
      observer.disconnect()
      document.documentElement.style.removeProperty('scroll-padding-bottom')
    }
  }, [])

  if (!model) return null
  const quoteInto = (quote: string) => {
    state.update((before) => ({ ...before, text: `${toQuotation(quote)}\n\n${before.text}` }))
    const box = place.current?.querySelector('textarea')
    box?.focus()
  }
  const askAbout = (quote: string, question: string) => {
    const text = `${toQuotation(quote)}\n\n${question}`
    if (isLive) return state.update((before) => ({ ...before, text }))
    ask({ question: text, media: [], ...toSettings(draft, model), parent: run.id })
  }
  return (
    <div
      ref={place}
      className="print:hidden sticky bottom-0 z-10 -mx-4 mt-auto bg-paper/95 px-4 pt-2 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:-mx-8 sm:px-8"
    >
      <div className="mx-auto max-w-7xl">
        <DropTarget
          onFiles={(files) => void state.addFiles(files)}
          onUrl={(url) => void state.addUrl(url)}
          onOffer={state.setOffer}
        />
        <SelectionTools onAsk={askAbout} onQuote={quoteInto} />
        <Composer
          state={state}
          models={config.models}
          model={model}
          isAsking={isAsking}
          error={error ?? stop.error}
          isCompact
          placeholder={messages.followUpPlaceholder}
          stop={isLive ? { isStopping: stop.isPending, onStop: () => stop.mutate() } : undefined}
          onAsk={() => ask({ ...toQuestion(draft, model, messages), parent: run.id })}
        >
          <ShareButton runs={runs} />
          <button type="button" className="button" onClick={() => navigate('/')}>
            {messages.newQuestion}
          </button>
          {!isLive && (
            <button
              type="button"
              className="button"
              disabled={isAsking}
              onClick={() =>
                ask({
                  question: run.question,
                  media: run.media.map(({ id }) => id),
                  ...toSettings(draft, model),
                  siblingOf: run.id,
                })
              }
            >
              {messages.askAgain}
            </button>
          )}
        </Composer>
      </div>
    </div>
  )
}
