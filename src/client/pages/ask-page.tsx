import { useEffect } from 'react'
import type { Config, Sample } from '../../shared/config.ts'
import { Composer } from '../composer/composer.tsx'
import { withText } from '../composer/draft.ts'
import { DropTarget } from '../composer/drop-target.tsx'
import { useDraft } from '../composer/use-draft.ts'
import { useLanguage } from '../i18n.tsx'
import { useReceived } from '../share-target/use-shared-input.ts'
import { useOpenRun } from '../run/use-open-run.ts'
import { onIdle } from '../ui/on-idle.ts'
import { preloadRunPage } from './pages.tsx'
import { toQuestion, useAsk, clearIfUnchanged } from './use-ask.ts'

export function AskPage({ config }: { config: Config }) {
  const { language, messages } = useLanguage()
  const open = useOpenRun()
  const state = useDraft()
  useReceived(state)
  const { draft } = state
  const model =
    config.models.find(({ id }) => id === draft.model) ?? config.models.find(({ id }) => id === config.defaultModel)

  const { ask, isAsking, error } = useAsk((run, question) => {
    if (model) state.update(clearIfUnchanged(question, model, messages))
    open(run.id, { runs: [run], siblings: [[run.id]] })
  })
  // Once the page answers: the question asked next is shown without a wait.
  useEffect(() => onIdle(() => void preloadRunPage()), [])
  if (!model) return null

  const handleSample = async (sample: Sample) => {
    await state.beginSample(sample)
    document.querySelector('textarea')?.focus()
  }

  const samples = config.samples.toSorted((a, b) => Number(b.language === language) - Number(a.language === language))
  return (
    <div className="mx-auto w-full max-w-3xl py-6 sm:py-12">
      <DropTarget
        onFiles={(files) => void state.addFiles(files)}
        onUrl={(url) => void state.addUrl(url)}
        onText={(text) => state.update((before) => withText(before, text))}
        onOffer={state.setOffer}
      />
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
        isAsking={isAsking}
        error={error}
        onAsk={() => ask(toQuestion(draft, model, messages))}
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
