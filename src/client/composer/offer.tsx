import { useMessages } from '../language.tsx'
import { isWebUrl } from './read-transfer.ts'
import type { DraftState } from './use-draft.ts'

/** A question that is but an address, or what was pasted beside the text, may be meant as a picture. */
export function Offer({ state }: { state: DraftState }) {
  const messages = useMessages()
  const { draft, offer, update, setOffer } = state
  if (isWebUrl(draft.text.trim())) {
    const handleFetch = () => {
      void state.addUrl(draft.text.trim())
      update((before) => ({ ...before, text: '' }))
    }
    return (
      <button type="button" className="button mb-2" onClick={handleFetch}>
        {messages.offerUrl}
      </button>
    )
  }
  if (offer === undefined) return null
  const handleTake = () => {
    setOffer(undefined)
    if (typeof offer === 'string') void state.addUrl(offer)
    else void state.addFiles([offer])
  }
  return (
    <div className="mb-2 flex flex-wrap items-center gap-2 text-sm">
      {typeof offer === 'string' && <span className="max-w-80 truncate text-ink-soft">{offer}</span>}
      <button type="button" className="button" onClick={handleTake}>
        {typeof offer === 'string' ? messages.offerUrl : messages.offerPicture}
      </button>
      <button type="button" className="min-h-8 underline" onClick={() => setOffer(undefined)}>
        {messages.dismiss}
      </button>
    </div>
  )
}
