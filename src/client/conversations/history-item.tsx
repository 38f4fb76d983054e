import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { maxTitleChars, type ConversationChange, type HistoryEntry } from '../../shared/history.ts'
import { useMessages } from '../i18n.tsx'
import { createImeGuard } from '../ui/is-composing.ts'

type Props = {
  entry: HistoryEntry
  onOpen: () => void
  onChange: (change: ConversationChange) => void
  onDelete: () => void
}

const ime = createImeGuard()

export function HistoryItem({ entry, onOpen, onChange, onDelete }: Props) {
  const messages = useMessages()
  const [name, setName] = useState<string | undefined>(undefined)
  const title = entry.title ?? entry.question
  const short = title.slice(0, 60)
  const picture = entry.media.find(({ kind }) => kind === 'image')

  const save = () => {
    if (name === undefined) return
    const next = name.trim()
    setName(undefined)
    if (next !== (entry.title ?? '')) onChange({ title: next === '' || next === entry.question ? null : next })
  }
  const handleKey = (event: KeyboardEvent) => {
    if (ime.isComposing(event.nativeEvent)) return
    if (event.key === 'Enter') save()
    if (event.key !== 'Escape') return
    // Only the renaming ends, not the whole dialog.
    event.preventDefault()
    event.stopPropagation()
    setName(undefined)
  }
  const tool = (label: string, isShown: boolean, onClick: () => void, sign: ReactNode) => (
    <button
      type="button"
      className={`grid h-8 shrink-0 place-items-center overflow-hidden rounded-full hover:bg-paper-2 ${isShown ? 'w-8' : 'w-0 group-hover:w-8 focus-visible:w-8 pointer-coarse:w-8'}`}
      aria-label={label}
      onClick={onClick}
    >
      {sign}
    </button>
  )

  return (
    <li className="group flex items-center gap-0.5 py-0.5 [contain-intrinsic-size:auto_3rem] [content-visibility:auto]">
      {name === undefined ? (
        <button
          type="button"
          aria-label={entry.isLive ? `${title} ${messages.live}` : title}
          className="flex min-h-11 min-w-0 grow items-center gap-3 rounded-lg px-2 py-1 text-left hover:bg-paper-2"
          onClick={onOpen}
        >
          {picture && (
            <img
              src={`/api/media/${picture.id}/thumb`}
              alt=""
              width="40"
              height="40"
              loading="lazy"
              className="size-10 shrink-0 rounded-md bg-paper-2 object-cover"
            />
          )}
          <span className="min-w-0 grow">
            <span className="block truncate">{title}</span>
            {entry.snippet !== undefined && (
              <span className="line-clamp-2 text-xs break-all text-ink-soft">{entry.snippet}</span>
            )}
          </span>
          {entry.isImported && <span className="text-xs text-ink-soft">{messages.imported}</span>}
          {entry.isLive && (
            <span className="flex items-center gap-1.5 text-xs text-accent">
              <span className="spin" aria-hidden="true" />
              {messages.live}
            </span>
          )}
        </button>
      ) : (
        <input
          type="text"
          aria-label={messages.name}
          className="field min-w-0 grow"
          maxLength={maxTitleChars}
          value={name}
          ref={(input) => {
            if (input && document.activeElement !== input) input.select()
          }}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={handleKey}
          onCompositionEnd={ime.noteCompositionEnd}
          onBlur={save}
        />
      )}
      {tool(messages.rename(short), false, () => setName(title.slice(0, maxTitleChars)), '✎')}
      {tool(
        entry.isPinned ? messages.unpin(short) : messages.pin(short),
        entry.isPinned === true,
        () => onChange({ isPinned: !entry.isPinned }),
        entry.isPinned ? '★' : '☆',
      )}
      {tool(messages.delete(short), true, onDelete, '×')}
    </li>
  )
}
