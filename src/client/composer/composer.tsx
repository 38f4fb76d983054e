import { useRef, useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react'
import type { Model } from '../../shared/config.ts'
import { imageTokens } from '../../shared/image-tokens.ts'
import { useMessages } from '../language.tsx'
import { toWords } from '../ui/error-words.ts'
import { createImeGuard } from '../ui/is-composing.ts'
import { ModelControls } from './model-controls.tsx'
import { hasThinking } from './draft.ts'
import type { DraftState } from './use-draft.ts'

type Props = {
  state: DraftState
  models: Model[]
  model: Model
  isAsking: boolean
  error: unknown
  onAsk: () => void
  /** Under a run: one line until it is used. */
  isCompact?: boolean
  placeholder?: string
  /** While a run in view is live its Stop stands where Ask does. */
  stop?: { isStopping: boolean; onStop: () => void } | undefined
  /** More buttons beside Ask. */
  children?: ReactNode
}

const ime = createImeGuard()
const isTouch = () => matchMedia('(pointer: coarse)').matches
const isPictureUrl = (text: string) => /^https?:\/\/\S+$/i.test(text.trim())

export function Composer(props: Props) {
  const { state, models, model, isAsking, error, onAsk, isCompact = false, stop } = props
  const messages = useMessages()
  const { draft, refusals, update } = state
  const files = useRef<HTMLInputElement>(null)
  const [url, setUrl] = useState('')
  const thinking = hasThinking(model, draft)
  const [isUsed, setUsed] = useState(false)
  const isFull = !isCompact || (!stop && (isUsed || draft.text !== '')) || draft.media.length > 0
  const canAsk = !stop && !isAsking && !state.isUploading && (draft.text.trim() !== '' || draft.media.length > 0)

  const handleSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (!canAsk) return
    setUsed(false)
    onAsk()
  }
  const handleKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || event.shiftKey || ime.isComposing(event.nativeEvent)) return
    if (isTouch() && !event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    event.currentTarget.form?.requestSubmit()
  }
  const handleUrl = () => {
    if (url.trim() === '') return
    void state.addUrl(url.trim())
    setUrl('')
  }

  const submit = stop ? (
    <button
      type="button"
      className="button button-primary px-7 text-base"
      disabled={stop.isStopping}
      onClick={stop.onStop}
    >
      {messages.stop}
    </button>
  ) : (
    <button type="submit" className="button button-primary px-7 text-base" disabled={!canAsk}>
      {messages.ask}
    </button>
  )

  return (
    <form
      onSubmit={handleSubmit}
      className={`rounded-2xl border border-line bg-paper-2/60 p-3 shadow-sm has-[textarea:focus-visible]:border-accent ${isFull ? 'sm:p-4' : 'flex flex-wrap items-center gap-2'}`}
    >
      {draft.media.length > 0 && (
        <ul className="mb-3 flex flex-wrap gap-3">
          {draft.media.map(({ key, name, media }) => (
            <li key={key} className="flex items-center gap-3 rounded-xl border border-line bg-paper p-2 pr-3">
              {media ? (
                <img src={`/api/media/${media.id}`} alt={name} className="size-16 rounded-lg object-cover" />
              ) : (
                <span className="size-16 animate-pulse rounded-lg bg-paper-2 motion-reduce:animate-none" />
              )}
              <span className="flex flex-col text-xs text-ink-soft">
                <span className="max-w-40 truncate text-ink">{name}</span>
                {media?.width !== undefined && media.height !== undefined ? (
                  <>
                    <span>{messages.size(media.width, media.height)}</span>
                    {model.pixels && (
                      <span>{messages.tokens(imageTokens(media.width, media.height, model.pixels))}</span>
                    )}
                    {media.isFirstFrame && <span>{messages.firstFrame}</span>}
                  </>
                ) : (
                  <span>{messages.uploading}</span>
                )}
              </span>
              <button
                type="button"
                className="size-8 rounded-full hover:bg-paper-2"
                aria-label={messages.remove(name)}
                onClick={() => state.removeMedia(key)}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      {refusals.length > 0 && (
        <div
          role="alert"
          className="mb-3 flex items-start gap-3 rounded-xl border border-warn px-3 py-2 text-sm text-warn"
        >
          <ul className="grow">
            {refusals.map((refusal) => (
              <li key={refusal.key} className="break-words">
                {messages.refused(refusal.name, toWords(refusal.error, messages))}
              </li>
            ))}
          </ul>
          <button type="button" className="min-h-6 shrink-0 underline" onClick={state.dismiss}>
            {messages.dismiss}
          </button>
        </div>
      )}
      <textarea
        aria-label={messages.question}
        placeholder={
          draft.media.length > 0 ? messages.defaultQuestion : (props.placeholder ?? messages.questionPlaceholder)
        }
        onPointerDown={() => setUsed(true)}
        onBlur={({ relatedTarget, currentTarget }) => {
          const isLeft = relatedTarget instanceof Node && !currentTarget.form?.contains(relatedTarget)
          if (isLeft) setUsed(false)
        }}
        className={`field-sizing-content max-h-[40dvh] w-full min-w-0 resize-none bg-transparent px-1 outline-none text-lg placeholder:text-ink-soft ${isFull ? 'min-h-20' : 'min-h-8 grow basis-[calc(100%-8rem)]'}`}
        value={draft.text}
        onChange={(event) => update((before) => ({ ...before, text: event.target.value }))}
        onKeyDown={handleKey}
        onCompositionEnd={ime.noteCompositionEnd}
      />
      {!isFull && submit}
      {isPictureUrl(draft.text) && (
        <button
          type="button"
          className="button mb-2"
          onClick={() => {
            void state.addUrl(draft.text.trim())
            update((before) => ({ ...before, text: '' }))
          }}
        >
          {messages.offerUrl}
        </button>
      )}
      <div className={isFull ? 'mb-3 flex flex-wrap items-center gap-2' : 'hidden'}>
        <button type="button" className="button" onClick={() => files.current?.click()}>
          {messages.addMedia}
        </button>
        <input
          ref={files}
          type="file"
          multiple
          hidden
          accept="image/jpeg,image/png,image/webp,image/gif,image/avif,image/tiff,image/bmp"
          onChange={(event) => {
            const chosen = [...(event.target.files ?? [])]
            event.target.value = ''
            void state.addFiles(chosen)
          }}
        />
        <input
          type="text"
          inputMode="url"
          aria-label={messages.mediaUrl}
          placeholder={messages.mediaUrlPlaceholder}
          className="field min-w-40 grow text-sm"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || ime.isComposing(event.nativeEvent)) return
            event.preventDefault()
            handleUrl()
          }}
        />
        {url.trim() !== '' && (
          <button type="button" className="button" onClick={handleUrl}>
            {messages.fetchUrl}
          </button>
        )}
      </div>
      <div
        className={isFull ? 'flex flex-wrap items-center justify-between gap-3 border-t border-line pt-3' : 'contents'}
      >
        <ModelControls
          models={models}
          model={model}
          thinking={thinking}
          budget={draft.budget}
          isBrief={!isFull}
          onModel={(id) => update(({ thinking: _thinking, ...before }) => ({ ...before, model: id }))}
          onThinking={(enabled) => update((before) => ({ ...before, thinking: enabled }))}
          onBudget={(budget) =>
            update(({ budget: _budget, ...before }) => (budget === undefined ? before : { ...before, budget }))
          }
        />
        <div className={isFull ? 'ml-auto flex flex-wrap items-center justify-end gap-2' : 'contents'}>
          <div className={`flex flex-wrap items-center gap-2 ${isFull ? '' : 'ml-auto max-sm:[&_.button]:px-3'}`}>
            {props.children}
          </div>
          {isFull && submit}
        </div>
      </div>
      {error !== null && error !== undefined && (
        <p role="alert" className="mt-3 text-sm text-warn">
          {toWords(error, messages)}
        </p>
      )}
    </form>
  )
}
