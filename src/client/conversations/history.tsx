import { useEffect, useRef, useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { maxSearchChars, type ConversationChange, type HistoryEntry } from '../../shared/history.ts'
import { changeConversation, deleteConversation } from '../api/api.ts'
import { useLanguage } from '../i18n.tsx'
import { threadQuery } from '../run/thread-query.ts'
import { useOpenRun } from '../run/use-open-run.ts'
import { serverNow } from '../server-clock.ts'
import { describeError } from '../api/describe-error.ts'
import { offerUndo } from './deletion.ts'
import { HistoryItem } from './history-item.tsx'
import { NotifySwitch } from './notify-switch.tsx'
import { OwnData } from './data-controls.tsx'
import { toDayGroups } from './to-day-groups.ts'
import { UndoDelete } from './undo-delete.tsx'
import { useHistory } from './use-history.ts'

const settleMs = 200

export function History({ onClose }: { onClose: () => void }) {
  const { language, messages } = useLanguage()
  const [location, navigate] = useLocation()
  const queries = useQueryClient()
  const open = useOpenRun()
  const [query, setQuery] = useState('')
  const [search, setSearch] = useState('')
  const { pinned, items, isLoaded, error, hasMore, setNearEnd, more } = useHistory(search)
  const refresh = () => queries.invalidateQueries({ queryKey: ['runs'] })
  const change = useMutation({
    mutationFn: ({ id, wished }: { id: string; wished: ConversationChange }) => changeConversation(id, wished),
    onSuccess: refresh,
  })
  const remove = useMutation({
    mutationFn: deleteConversation,
    onSuccess: (_, id) => {
      const shownId = location.replace('/r/', '')
      const isShown = queries.getQueryData(threadQuery(shownId).queryKey)?.siblings.flat().includes(id) === true
      offerUndo({ id, ...(isShown && { backTo: shownId }) })
      if (isShown) navigate('/')
      return refresh()
    },
  })

  // What is typed is searched for once the typing rests.
  useEffect(() => {
    const timer = setTimeout(() => setSearch(query.trim()), query === '' ? 0 : settleMs)
    return () => clearTimeout(timer)
  }, [query])

  const end = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!end.current) return
    const observer = new IntersectionObserver((entries) => setNearEnd(entries.at(-1)?.isIntersecting ?? false), {
      root: end.current.closest('dialog'),
      rootMargin: '600px',
    })
    observer.observe(end.current)
    return () => observer.disconnect()
  }, [hasMore, setNearEnd])

  const groups = [
    ...(pinned.length > 0 ? [{ key: 'pinned', label: messages.pinned, items: pinned }] : []),
    ...toDayGroups(items, serverNow(), language),
  ]
  const toItem = (entry: HistoryEntry) => (
    <HistoryItem
      key={entry.id}
      entry={entry}
      onOpen={() => {
        open(entry.openId)
        onClose()
      }}
      onChange={(wished) => change.mutate({ id: entry.id, wished })}
      onDelete={() => remove.mutate(entry.id)}
    />
  )
  const failure = error ?? remove.error ?? change.error
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
        maxLength={maxSearchChars}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {failure && (
        <p role="alert" className="text-sm text-warn">
          {describeError(failure, messages)}
        </p>
      )}
      <UndoDelete className="" />
      {isLoaded && groups.length === 0 && (
        <p className="text-ink-soft">{search === '' ? messages.historyEmpty : messages.historyNone}</p>
      )}
      {groups.map((group) => (
        <section key={group.key} aria-label={group.label}>
          <h3 className="mb-1 px-2 text-xs font-medium text-ink-soft">{group.label}</h3>
          <ul>{group.items.map(toItem)}</ul>
        </section>
      ))}
      {hasMore && (
        <button ref={end} type="button" className="button self-center" onClick={more}>
          {messages.more}
        </button>
      )}
      <div className="mt-auto flex flex-col gap-2">
        <OwnData hasAny={search !== '' || groups.length > 0} />
        <NotifySwitch />
      </div>
    </div>
  )
}
