import { useEffect, useRef } from 'react'
import type { Config } from '../../shared/config.ts'
import type { Run } from '../../shared/run/run.ts'
import { Composer } from '../composer/composer.tsx'
import { DropTarget } from '../composer/drop-target.tsx'
import { toChoices } from '../composer/draft.ts'
import { useDraft } from '../composer/use-draft.ts'
import { useMessages } from '../i18n.tsx'
import { toQuestion, useAsk, clearIfUnchanged } from './use-ask.ts'

type Props = { run: Run; config: Config; onAsked: (run: Run) => void; onCancel: () => void }

/** The question again with its pictures, to be changed and asked beside the one it was. */
export function EditQuestion({ run, config, onAsked, onCancel }: Props) {
  const messages = useMessages()
  const place = useRef<HTMLDivElement>(null)
  const state = useDraft(`edit ${run.id}`, {
    text: run.question,
    media: run.media.map((media, index) => ({ key: media.id, name: messages.picture(index + 1), media })),
    ...toChoices(run),
  })
  const clear = () => state.update((before) => ({ ...before, text: '', media: [] }))
  const model = config.models.find(({ id }) => id === state.draft.model) ?? config.models[0]
  const { ask, isAsking, error } = useAsk((made, question) => {
    if (model) state.update(clearIfUnchanged(question, model, messages))
    onAsked(made)
  })
  useEffect(() => place.current?.querySelector('textarea')?.focus(), [])
  if (!model) return null
  return (
    <div ref={place}>
      <DropTarget
        onFiles={(files) => void state.addFiles(files)}
        onUrl={(url) => void state.addUrl(url)}
        onOffer={state.setOffer}
      />
      <Composer
        state={state}
        models={config.models}
        model={model}
        isAsking={isAsking}
        error={error}
        onAsk={() => ask({ ...toQuestion(state.draft, model, messages), siblingOf: run.id })}
      >
        <button
          type="button"
          className="button"
          onClick={() => {
            clear()
            onCancel()
          }}
        >
          {messages.cancel}
        </button>
      </Composer>
    </div>
  )
}
