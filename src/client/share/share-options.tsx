import { useId } from 'react'
import type { ShareInclude, ShareScope } from '../../shared/share.ts'
import { useLanguage } from '../i18n.tsx'

type Value = { scope: ShareScope; include: ShareInclude; expiresInDays?: number | null }
type Props = {
  value: Value
  /** Of the link, where there is one. */
  expiresAt: number | null | undefined
  hasPictures: boolean
  hasEarlier: boolean
  onChange: (changed: Partial<Value>) => void
}

const days = [7, 30] as const
const row = 'flex min-h-10 items-center gap-3'

export function ShareOptions({ value, expiresAt, hasPictures, hasEarlier, onChange }: Props) {
  const { language, messages } = useLanguage()
  const words = messages.share
  const name = useId()
  const parts: [keyof ShareInclude, string][] = [
    ['question', messages.question],
    ...(hasPictures ? [['media', words.pictures] as [keyof ShareInclude, string]] : []),
    ['thinking', messages.thinking],
  ]
  const scopes: [ShareScope, string][] = [
    ['run', words.scopeRun],
    ['conversation', words.scopeConversation],
  ]
  const isKept = value.expiresInDays === undefined && expiresAt !== undefined
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  return (
    <>
      <fieldset>
        <legend className="mb-1 text-sm text-ink-soft">{words.parts}</legend>
        {parts.map(([part, label]) => (
          <label key={part} className={row}>
            <input
              type="checkbox"
              className="size-5 accent-(--accent)"
              checked={value.include[part]}
              onChange={(event) => onChange({ include: { ...value.include, [part]: event.target.checked } })}
            />
            {label}
          </label>
        ))}
        <p className="text-sm text-ink-soft">{words.answerAlways}</p>
      </fieldset>
      {hasEarlier && (
        <fieldset>
          <legend className="mb-1 text-sm text-ink-soft">{words.scope}</legend>
          {scopes.map(([scope, label]) => (
            <label key={scope} className={row}>
              <input
                type="radio"
                name={name}
                className="size-5 accent-(--accent)"
                checked={value.scope === scope}
                onChange={() => onChange({ scope })}
              />
              {label}
            </label>
          ))}
        </fieldset>
      )}
      <label className="flex flex-col gap-1">
        <span className="text-sm text-ink-soft">{words.expiry}</span>
        <select
          className="field"
          value={isKept ? 'kept' : String(value.expiresInDays ?? null)}
          onChange={({ target }) => onChange({ expiresInDays: target.value === 'null' ? null : Number(target.value) })}
        >
          {isKept && (
            <option value="kept">
              {expiresAt === null ? words.never : words.until(date.format(new Date(expiresAt)))}
            </option>
          )}
          {days.map((count) => (
            <option key={count} value={count}>
              {words.days(count)}
            </option>
          ))}
          {!(isKept && expiresAt === null) && <option value="null">{words.never}</option>}
        </select>
      </label>
    </>
  )
}
