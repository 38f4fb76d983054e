import { useState, type FormEvent } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { AdminOverview } from '../admin/admin-overview.tsx'
import { AdminShares } from '../admin/admin-shares.tsx'
import { enterAdmin, readOverview, setBlocked, stopAnyRun } from '../api/admin.ts'
import { ApiError } from '../api/request.ts'
import { useMessages } from '../i18n.tsx'
import { describeError } from '../api/describe-error.ts'

const refreshMs = 4_000
const needsCode = (error: unknown) => error instanceof ApiError && error.code === 'admin-code-required'

export function AdminPage() {
  const messages = useMessages()
  const queries = useQueryClient()
  const overview = useQuery({
    queryKey: ['admin'],
    queryFn: readOverview,
    refetchInterval: ({ state }) => (state.error ? false : refreshMs),
    retry: false,
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['admin'] })
  const stop = useMutation({ mutationFn: stopAnyRun, onSettled: refresh })
  const block = useMutation({ mutationFn: setBlocked, onSettled: refresh })
  const error = stop.error ?? block.error ?? (needsCode(overview.error) ? undefined : overview.error)
  return (
    <div className="mx-auto flex w-full max-w-4xl flex-col gap-8 py-6">
      <h1 className="font-serif text-3xl font-semibold">{messages.admin.title}</h1>
      {error && (
        <p role="alert" className="text-sm text-warn">
          {describeError(error, messages)}
        </p>
      )}
      {needsCode(overview.error) && <EnterCode onEntered={refresh} />}
      {overview.data && !overview.error && (
        <>
          <AdminOverview
            overview={overview.data}
            onStop={(id) => stop.mutate(id)}
            onBlock={(visitor, isBlocked) => block.mutate({ visitor, isBlocked })}
          />
          <AdminShares />
        </>
      )}
    </div>
  )
}

function EnterCode({ onEntered }: { onEntered: () => Promise<void> }) {
  const messages = useMessages()
  const [code, setCode] = useState('')
  const enter = useMutation({ mutationFn: enterAdmin, onSuccess: onEntered })
  const handleSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (code !== '') enter.mutate(code)
  }
  return (
    <form onSubmit={handleSubmit} className="flex max-w-md flex-col gap-3">
      <label className="flex flex-col gap-2 text-sm text-ink-soft">
        {messages.admin.code}
        <input
          type="password"
          autoComplete="current-password"
          className="field"
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
      </label>
      {enter.error && (
        <p role="alert" className="text-sm text-warn">
          {describeError(enter.error, messages)}
        </p>
      )}
      <button type="submit" className="button button-primary self-start" disabled={code === '' || enter.isPending}>
        {messages.accessEnter}
      </button>
    </form>
  )
}
