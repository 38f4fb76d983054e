import { useMessages } from '../i18n.tsx'
import { withText } from './draft.ts'
import { isWebUrl } from './read-data-transfer.ts'
import type { DraftState } from './use-draft.ts'

/** A question that is but an address, or what was pasted beside the text, may be meant as a picture. */
export function Offer({ state }: { state: DraftState }) {
  const messages = useMessages()
  const { draft, offer, update, setOffer } = state
  const typed = draft.text.trim()
  if (isWebUrl(typed)) {
    const handleFetch = async () => {
      update((before) => ({ ...before, text: '' }))
      // What is refused is there again, to be mended.
      if (!(await state.addUrl(typed))) update((before) => withText(before, typed))
    }
    return (
      <button type="button" className="button mb-2" onClick={() => void handleFetch()}>
        {messages.offerUrl}
      </button>
    )
  }
  if (offer === undefined) return draft.replaced?.length ? <Replaced onBringBack={state.restoreReplaced} /> : null
  const handleTake = async () => {
    setOffer(undefined)
    if (typeof offer !== 'string') return await state.addFiles([offer])
    if (!(await state.addUrl(offer))) setOffer(offer)
  }
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2 text-sm">
      {typeof offer === 'string' && <span className="max-w-80 truncate text-ink-soft">{offer}</span>}
      <button type="button" className="button" onClick={() => void handleTake()}>
        {typeof offer === 'string' ? messages.offerUrl : messages.offerPicture}
      </button>
      <button type="button" className="min-h-8 underline" onClick={() => setOffer(undefined)}>
        {messages.dismiss}
      </button>
    </div>
  )
}

function Replaced({ onBringBack }: { onBringBack: () => void }) {
  const messages = useMessages()
  return (
    <div role="status" className="mb-2 flex flex-wrap items-center gap-2 text-sm text-ink-soft">
      {messages.replacedBySample}
      <button type="button" className="button" onClick={onBringBack}>
        {messages.bringBack}
      </button>
    </div>
  )
}
