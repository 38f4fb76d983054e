import { useRef } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation } from 'wouter'
import { copyShared } from '../api/shares.ts'
import { useMessages } from '../i18n.tsx'
import { describeError } from '../api/describe-error.ts'

/** From somebody else's answer to an own question: a new one, or one that goes on in a copy. */
export function AskAbout({ id, isEnded: hasEnded }: { id: string; isEnded: boolean }) {
  const messages = useMessages()
  const words = messages.shared
  const dialog = useRef<HTMLDialogElement>(null)
  const [, navigate] = useLocation()
  const queries = useQueryClient()
  const copy = useMutation({
    mutationFn: () => copyShared(id, words.untitled),
    onSuccess: (run) => {
      void queries.invalidateQueries({ queryKey: ['runs'] })
      navigate(`/r/${run.id}`)
    },
  })
  return (
    <div className="sticky bottom-0 mt-auto flex flex-wrap items-center justify-end gap-2 border-t border-line bg-paper py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      <Link href="/" className="button">
        {words.askOwn}
      </Link>
      <button
        type="button"
        className="button button-primary"
        disabled={!hasEnded}
        onClick={() => dialog.current?.showModal()}
      >
        {words.askAbout}
      </button>
      <dialog ref={dialog} aria-label={words.askAbout} className="m-auto max-w-lg rounded-2xl border border-line p-6">
        <h2 className="mb-3 font-serif text-2xl font-semibold">{words.askAbout}</h2>
        <p className="mb-5">{words.askAboutHow}</p>
        {copy.error && (
          <p role="alert" className="mb-3 text-sm text-warn">
            {describeError(copy.error, messages)}
          </p>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button button-primary"
            disabled={copy.isPending}
            onClick={() => copy.mutate()}
          >
            {words.makeCopy}
          </button>
        </div>
      </dialog>
    </div>
  )
}
