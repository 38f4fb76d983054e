import { useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ListedShare } from '../../shared/share.ts'
import { revokeAllShares, revokeShare } from '../api/shares.ts'
import { useLanguage } from '../i18n.tsx'
import { describeError } from '../api/describe-error.ts'

/** All links of this visitor, to look after. */
export function OwnLinks({ shares }: { shares: ListedShare[] }) {
  const { language, messages } = useLanguage()
  const words = messages.share
  const [now] = useState(Date.now)
  const queries = useQueryClient()
  const revoke = useMutation({
    mutationFn: async (id: string | undefined) => (id === undefined ? await revokeAllShares() : await revokeShare(id)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['shares'] }),
  })
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  if (shares.length === 0) return null
  return (
    <details className="border-t border-line pt-4">
      <summary className="min-h-8 text-sm text-ink-soft">{words.ownLinks(shares.length)}</summary>
      {revoke.error && (
        <p role="alert" className="text-sm text-warn">
          {describeError(revoke.error, messages)}
        </p>
      )}
      <ul className="my-2 divide-y divide-line">
        {shares.map((share) => (
          <li key={share.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
            <a className="min-w-0 grow basis-60 truncate underline" href={share.url} target="_blank" rel="noopener">
              {share.question}
            </a>
            <span className="text-sm text-ink-soft">
              {share.expiresAt === null
                ? words.never
                : share.expiresAt < now
                  ? words.expired
                  : words.until(date.format(new Date(share.expiresAt)))}
            </span>
            <button
              type="button"
              className="button"
              aria-label={words.revokeOf(share.question.slice(0, 60))}
              disabled={revoke.isPending}
              onClick={() => revoke.mutate(share.id)}
            >
              {words.revoke}
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="button text-warn"
        disabled={revoke.isPending}
        onClick={() => revoke.mutate(undefined)}
      >
        {words.revokeAll}
      </button>
    </details>
  )
}
