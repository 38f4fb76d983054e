import { useState } from 'react'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { listAllShares, revokeAnyShare } from '../api/admin.ts'
import { useLanguage } from '../i18n.tsx'
import { describeError } from '../api/describe-error.ts'
import { AdminTable } from './admin-table.tsx'

const refreshMs = 15_000
/** Enough to tell two apart; the whole would open it. */
const short = (id: string) => id.slice(0, 8)

/** Every link that opens, of whomever, to be revoked; not what it shows. */
export function AdminShares() {
  const { language, messages } = useLanguage()
  const words = messages.admin
  const queries = useQueryClient()
  const [isAsking, setAsking] = useState(false)
  const pages = useInfiniteQuery({
    queryKey: ['admin-shares'],
    queryFn: ({ pageParam }) => listAllShares(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state }) => (state.error ? false : refreshMs),
    retry: false,
  })
  const revoke = useMutation({
    mutationFn: revokeAnyShare,
    onSuccess: () => setAsking(false),
    onSettled: () => queries.invalidateQueries({ queryKey: ['admin-shares'] }),
  })
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const loaded = pages.data?.pages ?? []
  const items = loaded.flatMap((page) => page.items)
  const error = revoke.error ?? pages.error
  return (
    <div className="flex flex-col items-start gap-3">
      <AdminTable
        title={words.shares}
        empty={words.noShares}
        heads={[words.share, words.visitor, words.created, words.expires]}
        action={messages.share.revoke}
      >
        {items.map((item) => (
          <tr key={item.id} className="border-t border-line">
            <td className="py-2 pr-4 font-mono text-xs">{short(item.id)}</td>
            <td className="py-2 pr-4 font-mono text-xs">{short(item.visitor)}</td>
            <td className="py-2 pr-4 tabular-nums">{date.format(item.createdAt)}</td>
            <td className="py-2 pr-4 tabular-nums">
              {item.expiresAt === null ? messages.share.never : messages.share.until(date.format(item.expiresAt))}
            </td>
            <td className="py-2 text-right">
              <button
                type="button"
                className="button"
                disabled={revoke.isPending}
                onClick={() => revoke.mutate(item.id)}
              >
                {messages.share.revoke}
              </button>
            </td>
          </tr>
        ))}
      </AdminTable>
      {error && (
        <p role="alert" className="text-sm text-warn">
          {describeError(error, messages)}
        </p>
      )}
      {items.length > 0 && <p className="text-sm text-ink-soft">{words.sharesOf(loaded.at(-1)?.total ?? 0)}</p>}
      <div className="flex flex-wrap gap-3">
        {pages.hasNextPage && (
          <button
            type="button"
            className="button"
            disabled={pages.isFetching}
            onClick={() => void pages.fetchNextPage()}
          >
            {messages.more}
          </button>
        )}
        {items.length > 0 && !isAsking && (
          <button type="button" className="button text-warn" onClick={() => setAsking(true)}>
            {words.revokeEvery}
          </button>
        )}
      </div>
      {isAsking && (
        <div role="alertdialog" aria-label={words.revokeEvery} className="rounded-xl border border-warn p-3 text-sm">
          <p className="mb-2">{words.revokeEverySure}</p>
          <div className="flex gap-2">
            <button
              type="button"
              className="button"
              disabled={revoke.isPending}
              onClick={() => revoke.mutate(undefined)}
            >
              {words.revokeEvery}
            </button>
            <button type="button" className="button" onClick={() => setAsking(false)}>
              {messages.cancel}
            </button>
          </div>
        </div>
      )}
    </div>
  )
}
