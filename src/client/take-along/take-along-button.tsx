import { lazy, Suspense, useRef, useState } from 'react'
import type { Run } from '../../shared/run.ts'
import { useMessages } from '../language.tsx'

const TakeAlongDialog = lazy(async () => ({ default: (await import('./take-along-dialog.tsx')).TakeAlongDialog }))

/** `run` and what led to it, as a file or on paper. */
export function TakeAlongButton({ run }: { run: Run }) {
  const messages = useMessages()
  const dialog = useRef<HTMLDialogElement>(null)
  const [isOpen, setOpen] = useState(false)
  const close = () => dialog.current?.close()
  return (
    <>
      <button
        type="button"
        className="quiet"
        onClick={() => {
          setOpen(true)
          dialog.current?.showModal()
        }}
      >
        {messages.takeAlong.button}
      </button>
      <dialog
        ref={dialog}
        aria-label={messages.takeAlong.title}
        className="m-auto w-[min(30rem,calc(100vw-2rem))] rounded-2xl border border-line p-5 print:hidden"
        onClose={() => setOpen(false)}
      >
        {isOpen && (
          <Suspense fallback={<p className="text-ink-soft">{messages.loading}</p>}>
            <TakeAlongDialog run={run} onClose={close} />
          </Suspense>
        )}
      </dialog>
    </>
  )
}
