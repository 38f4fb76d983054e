import { useRef } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import type { Config, Sample } from '../../shared/config.ts'
import { createRun } from '../api/api.ts'
import { Composer } from '../composer/composer.tsx'
import { hasThinking } from '../composer/draft.ts'
import { DropTarget } from '../composer/drop-target.tsx'
import { useDraft } from '../composer/use-draft.ts'
import { useLanguage } from '../language.tsx'
import { createId } from '../ui/create-id.ts'

export function AskPage({ config }: { config: Config }) {
  const { language, messages } = useLanguage()
  const [, navigate] = useLocation()
  const queries = useQueryClient()
  const state = useDraft()
  const { draft } = state
  // The same question keeps its key until it is made: a double click or a lost reply asks once.
  const key = useRef<{ body: string; key: string } | undefined>(undefined)
  const model =
    config.models.find(({ id }) => id === draft.model) ?? config.models.find(({ id }) => id === config.defaultModel)

  const ask = useMutation({
    mutationFn: createRun,
    onSuccess: (run) => {
      key.current = undefined
      queries.setQueryData(['run', run.id], run)
      void queries.invalidateQueries({ queryKey: ['runs'] })
      state.update((before) => ({ ...before, text: '', media: [] }))
      navigate(`/r/${run.id}`)
    },
  })
  if (!model) return null

  const handleAsk = () => {
    const enabled = hasThinking(model, draft)
    const hasBudget =
      enabled && model.maxBudget !== undefined && draft.budget !== undefined && draft.budget < model.maxBudget
    const question = {
      question: draft.text.trim() || messages.defaultQuestion,
      media: draft.media.flatMap(({ media }) => (media ? [media.id] : [])),
      model: model.id,
      thinking: { enabled, ...(hasBudget && draft.budget !== undefined && { budget: draft.budget }) },
    }
    const body = JSON.stringify(question)
    if (key.current?.body !== body) key.current = { body, key: createId() }
    ask.mutate({ ...question, key: key.current.key })
  }

  const handleSample = async (sample: Sample) => {
    state.update((before) => ({ ...before, text: sample.question, media: [] }))
    await state.addSample(sample.title, sample.image)
    document.querySelector('textarea')?.focus()
  }

  const samples = config.samples.toSorted((a, b) => Number(b.language === language) - Number(a.language === language))
  return (
    <div className="mx-auto w-full max-w-3xl py-6 sm:py-12">
      <DropTarget onFiles={(files) => void state.addFiles(files)} onUrl={(url) => void state.addUrl(url)} />
      <h1 className="mb-4 font-serif text-4xl font-semibold tracking-tight text-balance sm:text-5xl">
        {messages.tagline}
      </h1>
      <p className="mb-6 max-w-prose text-lg text-ink-soft text-pretty">{messages.intro}</p>
      {config.mode === 'demo' && (
        <p className="mb-6 rounded-xl border border-line px-4 py-3 text-sm text-ink-soft">{messages.demo}</p>
      )}
      <Composer
        state={state}
        models={config.models}
        model={model}
        isAsking={ask.isPending}
        error={ask.error}
        onAsk={handleAsk}
      />
      <h2 className="mt-10 mb-3 text-sm font-medium text-ink-soft">{messages.samples}</h2>
      <ul className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        {samples.map((sample) => (
          <li key={sample.id} lang={sample.language}>
            <button
              type="button"
              className="flex h-full w-full flex-col overflow-hidden rounded-xl border border-line text-left transition-shadow hover:shadow-md"
              onClick={() => void handleSample(sample)}
            >
              <img
                src={sample.image}
                alt={sample.alt}
                width="1000"
                height="640"
                loading="lazy"
                className="h-auto w-full"
              />
              <span className="px-3 py-2 text-sm">
                {sample.title}
                {config.mode === 'demo' && (
                  <span className="block text-xs text-ink-soft">{messages.writtenSample}</span>
                )}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
