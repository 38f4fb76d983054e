import { useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react'
import { cleanQuestion } from '../../shared/clean-question.ts'
import type { Model } from '../../shared/config.ts'
import { useMessages } from '../i18n.tsx'
import { describeError } from '../api/describe-error.ts'
import type { PictureEdits } from '../media-editors/picture/picture-edits.ts'
import { createImeGuard } from '../ui/is-composing.ts'
import { isTouch } from '../ui/is-touch.ts'
import { ModelControls } from './model-controls.tsx'
import { AddMedia } from './add-media.tsx'
import { hasThinking, toMaxPixels } from './draft.ts'
import { DraftPictures } from './draft-pictures.tsx'
import { Editors } from './media-dialogs.tsx'
import { ExpectedCost } from './expected-cost.tsx'
import { Offer } from './suggestion.tsx'
import { toShownName } from './to-shown-name.ts'
import { toNotes } from './to-notes.ts'
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

export function Composer(props: Props) {
  const { state, models, model, isAsking, error, onAsk, isCompact = false, stop } = props
  const messages = useMessages()
  const { draft, refusals, update } = state
  const thinking = hasThinking(model, draft)
  const [isUsed, setUsed] = useState(false)
  const isFull = !isCompact || (!stop && (isUsed || draft.text !== '')) || draft.media.length > 0
  const canAsk =
    !stop && !isAsking && !state.isUploading && (cleanQuestion(draft.text) !== '' || draft.media.length > 0)

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
  const handleScreen = async () => {
    const shot = await import('../media-editors/camera/grab-frame.ts')
      .then(async ({ captureScreen }) => await captureScreen(messages.capture.shot))
      .catch((failure: unknown) => state.refuse(messages.capture.screen, failure))
    if (shot) await state.addMade([shot], true)
  }
  const handleSplit = async (origin: string, edits: PictureEdits) => {
    const file = await state
      .readOrigin(origin)
      .catch((failure: unknown) =>
        state.refuse(draft.media.find((item) => item.origin === origin)?.name ?? '', failure),
      )
    if (file) await state.frame(origin, file, edits, toMaxPixels(model, draft))
  }
  const notes = toNotes(draft, messages)

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
    <>
      <form
        onSubmit={handleSubmit}
        className={`rounded-2xl border border-line bg-paper-2/60 p-3 shadow-sm has-[textarea:focus-visible]:border-accent ${isFull ? 'sm:p-4' : 'flex flex-wrap items-center gap-2'}`}
      >
        <DraftPictures
          draft={draft}
          model={model}
          progress={state.progress}
          onEdit={state.edit}
          onRemove={state.removeMedia}
          onUrlRate={(key, url, fps) => void state.setUrlRate(key, url, fps)}
          onSplit={(origin, edits) => void handleSplit(origin, edits)}
        />
        {refusals.length > 0 && (
          <div
            role="alert"
            className="mb-3 flex items-start gap-3 rounded-xl border border-warn px-3 py-2 text-sm text-warn"
          >
            <ul className="grow">
              {refusals.map((refusal) => (
                <li key={refusal.key} className="break-words">
                  {messages.refused(toShownName(refusal.name), describeError(refusal.error, messages))}
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
        <Offer state={state} />
        {notes.length > 0 && (
          <div className="mb-3 text-sm text-ink-soft">
            <p className="font-medium">{messages.sentWithQuestion}</p>
            {notes.map((note) => (
              <p key={note}>{note}</p>
            ))}
          </div>
        )}
        <ExpectedCost draft={draft} model={model} />
        <div className={isFull ? 'contents' : 'hidden'}>
          <AddMedia
            onFiles={(chosen) => void state.addFiles(chosen)}
            onUrl={state.addUrl}
            onCamera={() => state.edit({ kind: 'camera' })}
            onScreen={() => void handleScreen()}
            onPhone={() => state.edit({ kind: 'phone' })}
          />
        </div>
        <div
          className={
            isFull ? 'flex flex-wrap items-center justify-between gap-3 border-t border-line pt-3' : 'contents'
          }
        >
          <ModelControls
            models={models}
            model={model}
            thinking={thinking}
            budget={draft.budget}
            isBrief={!isFull}
            highResolution={
              draft.media.length > 0 && model.pixels?.highMax !== undefined ? draft.highResolution === true : undefined
            }
            onHighResolution={(isOn) => update((before) => ({ ...before, highResolution: isOn }))}
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
            {describeError(error, messages)}
          </p>
        )}
      </form>
      <Editors state={state} model={model} />
    </>
  )
}
