import { useRef, useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { deleteAllRuns, importRuns } from '../api/api.ts'
import { useMessages } from '../i18n.tsx'
import { describeError } from '../api/describe-error.ts'
import { offerUndo } from './deletion.ts'

/** All of one's own runs: out as a file, in from one, or gone. */
export function OwnData({ hasAny }: { hasAny: boolean }) {
  const messages = useMessages()
  const words = messages.exporting
  const [location, navigate] = useLocation()
  const queries = useQueryClient()
  const files = useRef<HTMLInputElement>(null)
  const [isAsking, setAsking] = useState(false)
  const take = useMutation({
    mutationFn: importRuns,
    onSuccess: () => queries.invalidateQueries({ queryKey: ['runs'] }),
  })
  const remove = useMutation({
    mutationFn: deleteAllRuns,
    onSuccess: ({ restore }) => {
      setAsking(false)
      if (restore !== undefined) {
        offerUndo({ id: restore, ...(location.startsWith('/r/') && { backTo: location.replace('/r/', '') }) })
      }
      if (location.startsWith('/r/')) navigate('/')
      return queries.invalidateQueries({ queryKey: ['runs'] })
    },
  })
  const error = take.error ?? remove.error
  return (
    <div className="flex flex-col gap-1 border-t border-line pt-3">
      {error && (
        <p role="alert" className="text-sm text-warn">
          {describeError(error, messages)}
        </p>
      )}
      {take.data && !take.isPending && <p role="status">{words.importDone(take.data.count)}</p>}
      {isAsking ? (
        <div role="alertdialog" aria-label={words.deleteAll} className="rounded-xl border border-warn p-3 text-sm">
          <p className="mb-2">{words.deleteAllSure}</p>
          <div className="flex gap-2">
            <button type="button" className="button" disabled={remove.isPending} onClick={() => remove.mutate()}>
              {words.deleteAll}
            </button>
            <button type="button" className="button" onClick={() => setAsking(false)}>
              {messages.cancel}
            </button>
          </div>
        </div>
      ) : (
        <div className="flex flex-wrap gap-x-5">
          {hasAny && (
            <a className="quiet inline-flex items-center" href="/api/runs/export" download>
              {words.all}
            </a>
          )}
          <button type="button" className="quiet" disabled={take.isPending} onClick={() => files.current?.click()}>
            {words.import}
          </button>
          <input
            ref={files}
            type="file"
            hidden
            accept=".html,.htm,.ndjson,.jsonl,text/html,application/x-ndjson"
            onChange={({ target }) => {
              const [file] = target.files ?? []
              target.value = ''
              if (file) take.mutate(file)
            }}
          />
          {hasAny && (
            <button type="button" className="quiet" onClick={() => setAsking(true)}>
              {words.deleteAll}
            </button>
          )}
        </div>
      )}
    </div>
  )
}
