import { useDeferredValue, useRef, useState } from 'react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { isEnded } from '../../shared/run.ts'
import type { Thread } from '../../shared/thread.ts'
import { deleteRun, listRuns } from '../api/api.ts'
import { useMessages } from '../language.tsx'
import { toWords } from '../ui/error-words.ts'
import { useOpenRun } from '../run/use-open-run.ts'
import { offerUndo } from './deletion.ts'
import { UndoDelete } from './undo-delete.tsx'
import { canNotify, notifiesEnd, setNotifies } from '../ui/notify.ts'

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
        {isOpen && <History onClose={() => dialog.current?.close()} />}
      </dialog>
      {!isOpen && (
        <UndoDelete className="fixed top-4 left-1/2 z-50 -translate-x-1/2 rounded-full border border-line bg-paper py-1 pr-1 pl-5 shadow-lg" />
      )}
    </>
  )
}

function History({ onClose }: { onClose: () => void }) {
  const messages = useMessages()
  const [location, navigate] = useLocation()
  const queries = useQueryClient()
  const open = useOpenRun()
  const [query, setQuery] = useState('')
  const [notifies, setNotifiesState] = useState(notifiesEnd)
  const search = useDeferredValue(query)
  const runs = useInfiniteQuery({
    queryKey: ['runs', search],
    queryFn: ({ pageParam }) => listRuns(search, pageParam),
    // A live run's end shows without a reload.
    refetchInterval: (state) =>
      state.state.data?.pages.some((page) => page.items.some((run) => !isEnded(run))) ? 3_000 : false,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['runs'] })
  const remove = useMutation({
    mutationFn: deleteRun,
    onSuccess: (_, id) => {
      const shownId = location.replace('/r/', '')
      const isShown = queries.getQueryData<Thread>(['thread', shownId])?.siblings.flat().includes(id) === true
      offerUndo({ id, ...(isShown && { backTo: shownId }) })
      if (isShown) navigate('/')
      return refresh()
    },
  })
  const items = runs.data?.pages.flatMap((page) => page.items) ?? []
  const error = runs.error ?? remove.error
  return (
    <div className="flex min-h-full flex-col gap-4">
      <div className="flex items-center gap-3">
        <h2 className="mr-auto font-serif text-2xl font-semibold">{messages.history}</h2>
        <button type="button" className="button" onClick={onClose}>
          {messages.close}
        </button>
      </div>
      <input
        type="search"
        aria-label={messages.search}
        placeholder={messages.search}
        className="field"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {error && (
        <p role="alert" className="text-sm text-warn">
          {toWords(error, messages)}
        </p>
      )}
      <UndoDelete className="" />
      {runs.data && items.length === 0 && (
        <p className="text-ink-soft">{search === '' ? messages.historyEmpty : messages.historyNone}</p>
      )}
      <ul className="flex flex-col divide-y divide-line">
        {items.map((run) => (
          <li key={run.id} className="flex items-center gap-2 py-1">
            <button
              type="button"
              className="flex min-h-11 min-w-0 grow items-center gap-3 rounded-lg px-2 text-left hover:bg-paper-2"
              onClick={() => {
                open(run.id)
                onClose()
              }}
            >
              {run.media[0] && (
                <img
                  src={`/api/media/${run.media[0].id}`}
                  alt=""
                  className="size-10 shrink-0 rounded-md object-cover"
                />
              )}
              <span className="truncate">{run.question}</span>
              {!isEnded(run) && (
                <span className="ml-auto flex shrink-0 items-center gap-1.5 text-xs whitespace-nowrap text-accent">
                  <span className="spin" aria-hidden="true" />
                  {messages.live}
                </span>
              )}
            </button>
            <button
              type="button"
              className="size-10 shrink-0 rounded-full hover:bg-paper-2"
              aria-label={messages.delete(run.question.slice(0, 60))}
              onClick={() => remove.mutate(run.id)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      {runs.hasNextPage && (
        <button type="button" className="button self-center" onClick={() => void runs.fetchNextPage()}>
          {messages.more}
        </button>
      )}
      {canNotify() && (
        <label className="mt-auto flex min-h-10 items-center gap-2 text-sm text-ink-soft">
          <input
            type="checkbox"
            className="size-5 accent-(--accent)"
            checked={notifies}
            onChange={(event) => void setNotifies(event.target.checked).then(setNotifiesState)}
          />
          {messages.notify}
        </label>
      )}
    </div>
  )
}
