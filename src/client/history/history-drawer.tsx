import { lazy, Suspense, useRef, useState } from 'react'
import { useMessages } from '../language.tsx'
import { UndoDelete } from './undo-delete.tsx'

const History = lazy(async () => ({ default: (await import('./history.tsx')).History }))

export function HistoryDrawer() {
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
        {messages.history}
      </button>
      <dialog
        ref={dialog}
        aria-label={messages.history}
        className="m-0 ml-auto h-dvh max-h-none w-[min(26rem,100vw)] max-w-none border-l border-line p-5"
        onClose={() => setOpen(false)}
      >
        {isOpen && (
          <Suspense fallback={<p className="text-ink-soft">{messages.loading}</p>}>
            <History onClose={() => dialog.current?.close()} />
          </Suspense>
        )}
      </dialog>
      {!isOpen && (
        <UndoDelete className="fixed top-4 left-1/2 z-50 -translate-x-1/2 rounded-full border border-line bg-paper py-1 pr-1 pl-5 shadow-lg" />
      )}
    </>
  )
}
