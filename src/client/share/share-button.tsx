import { lazy, Suspense, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import type { Run } from '../../shared/run.ts'
import { useMessages } from '../language.tsx'

const ShareDialog = lazy(async () => ({ default: (await import('./share-dialog.tsx')).ShareDialog }))

/** `runs`: a conversation, oldest first, the run in view last. */
export function ShareButton({ runs }: { runs: Run[] }) {
  const messages = useMessages()
  const dialog = useRef<HTMLDialogElement>(null)
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button
        type="button"
        className="button"
        onClick={() => {
          setOpen(true)
          dialog.current?.showModal()
        }}
      >
        {messages.share.share}
      </button>
      {/* Out of the form the button may stand in: Enter in the dialog asks nothing. */}
      {createPortal(
        <dialog
          ref={dialog}
          aria-label={messages.share.title}
          className="m-auto max-h-[96dvh] w-[min(64rem,96vw)] max-w-none overflow-y-auto rounded-2xl border border-line p-5 text-base sm:p-7"
          onClose={() => setOpen(false)}
        >
          {isOpen && (
            <Suspense fallback={<p className="text-ink-soft">{messages.loading}</p>}>
              <ShareDialog runs={runs} onClose={() => dialog.current?.close()} />
            </Suspense>
          )}
        </dialog>,
        document.body,
      )}
    </>
  )
}
