import { useEffect, useState } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { thinksByDefault, type Config } from '../../shared/config.ts'
import { isEnded, type Run, type Thinking } from '../../shared/run.ts'
import { Answer } from '../answer/answer.tsx'
import { preloadRichText } from '../answer/rich-text.tsx'
import { createRun, readRun, stopRun } from '../api/api.ts'
import { useMessages } from '../language.tsx'
import { Pictures } from '../run/pictures.tsx'
import { RunNotice, RunStatus } from '../run/run-status.tsx'
import { usePageTitle } from '../run/use-page-title.ts'
import { useRun } from '../run/use-run.ts'
import { ThinkingPanel } from '../thinking/thinking-panel.tsx'
import { toWords } from '../ui/error-words.ts'
import { useIsWide } from '../ui/use-is-wide.ts'
import { createId } from '../ui/create-id.ts'

export function RunPage({ id, config }: { id: string; config: Config }) {
  const messages = useMessages()
  // Where the stream begins; what comes later comes over the stream.
  const run = useQuery({ queryKey: ['run', id], queryFn: () => readRun(id), staleTime: Infinity, gcTime: 0, retry: 1 })
  if (run.error) {
    return (
      <p role="alert" className="mx-auto my-16 max-w-xl text-warn">
        {toWords(run.error, messages)}
      </p>
    )
  }
  if (!run.data) return <p className="mx-auto my-16 text-ink-soft">{messages.loading}</p>
  return <RunView start={run.data} config={config} />
}

function RunView({ start, config }: { start: Run; config: Config }) {
  const messages = useMessages()
  const [, navigate] = useLocation()
  const queries = useQueryClient()
  const isWide = useIsWide()
  const [chosen, setChosen] = useState(start.model)
  const { run, isConnected } = useRun(start)
  usePageTitle(run)
  useEffect(preloadRichText, [])
  const model = config.models.find(({ id }) => id === run.model)
  const stop = useMutation({ mutationFn: () => stopRun(run.id) })
  const again = useMutation({
    mutationFn: ({ model: next, thinking }: { model: string; thinking: Thinking }) =>
      createRun({
        question: run.question,
        media: run.media.map(({ id }) => id),
        model: next,
        thinking,
        siblingOf: run.id,
        key: createId(),
      }),
    onSuccess: (sibling) => {
      queries.setQueryData(['run', sibling.id], sibling)
      void queries.invalidateQueries({ queryKey: ['runs'] })
      navigate(`/r/${sibling.id}`)
    },
  })
  const isLive = !isEnded(run)
  const hasThinking = run.thinkingStartedAt !== undefined
  const canAnswerNow =
    run.status === 'finished' && run.answerText === '' && run.thinking.enabled && model?.thinking === 'switchable'
  const error = stop.error ?? again.error
  const nextModel = config.models.find(({ id }) => id === chosen) ?? model ?? config.models[0]
  // Another model brings its own switches.
  const handleAgain = () => {
    if (!nextModel) return
    const thinking = nextModel.id === run.model ? run.thinking : { enabled: thinksByDefault(nextModel) }
    again.mutate({ model: nextModel.id, thinking })
  }

  return (
    <div className={`mx-auto flex w-full grow flex-col gap-6 py-4 ${hasThinking ? 'max-w-7xl' : 'max-w-3xl'}`}>
      <article aria-label={messages.question}>
        <h1 className="mb-4 max-w-prose font-serif text-2xl font-semibold whitespace-pre-wrap sm:text-3xl">
          {run.question}
        </h1>
        <Pictures media={run.media} />
      </article>
      <RunStatus run={run} />
      {!isConnected && isLive && <p className="text-sm text-ink-soft">{messages.reconnecting}</p>}
      {run.status === 'waiting' && (
        <p className="flex items-center gap-3 text-ink-soft">
          <span className="spin" aria-hidden="true" />
          {messages.waiting}
        </p>
      )}
      <div
        className={`grid items-start gap-6 ${hasThinking ? 'min-[900px]:grid-cols-[minmax(0,5fr)_minmax(0,6fr)] min-[900px]:gap-10' : ''}`}
      >
        {hasThinking && <ThinkingPanel run={run} isBeside={isWide} />}
        <div className="flex min-w-0 flex-col gap-5">
          {run.answerStartedAt !== undefined && <Answer run={run} model={model} />}
          <RunNotice run={run} />
          {canAnswerNow && (
            <button
              type="button"
              className="button button-primary self-start"
              onClick={() => again.mutate({ model: run.model, thinking: { enabled: false } })}
            >
              {messages.answerNow}
            </button>
          )}
        </div>
      </div>
      <div className="sticky bottom-0 mt-auto flex flex-wrap items-center justify-end gap-2 border-t border-line bg-paper py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
        {error && (
          <p role="alert" className="mr-auto text-sm text-warn">
            {toWords(error, messages)}
          </p>
        )}
        <button type="button" className="button" onClick={() => navigate('/')}>
          {messages.newQuestion}
        </button>
        {!isLive && config.models.length > 1 && (
          <select
            aria-label={messages.model}
            className="field max-w-40 text-sm max-sm:order-first max-sm:w-full max-sm:max-w-none"
            value={nextModel?.id}
            onChange={(event) => setChosen(event.target.value)}
          >
            {config.models.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        )}
        {isLive ? (
          <button
            type="button"
            className="button button-primary px-7"
            disabled={stop.isPending}
            onClick={() => stop.mutate()}
          >
            {messages.stop}
          </button>
        ) : (
          <button type="button" className="button button-primary px-7" disabled={again.isPending} onClick={handleAgain}>
            {messages.askAgain}
          </button>
        )}
      </div>
    </div>
  )
}
