import { useRef, useState } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Run } from '../../shared/run.ts'
import { defaultExpiryDays, type Share, type ShareChange } from '../../shared/share.ts'
import { changeShare, createShare, listShares, revokeShare } from '../api/shares.ts'
import { useMessages } from '../language.tsx'
import { toWords } from '../ui/error-words.ts'
import { LinkPanel } from './link-panel.tsx'
import { OwnLinks } from './own-links.tsx'
import { ShareOptions } from './share-options.tsx'
import { SharePreview } from './share-preview.tsx'

const quietMs = 300

type Wish = Pick<Share, 'scope' | 'include' | 'covers'> & { expiresInDays?: number | null }

const wishOf = (share: Share | undefined): Wish =>
  share
    ? { scope: share.scope, include: share.include, covers: share.covers }
    : {
        scope: 'run',
        include: { question: true, media: true, thinking: true },
        covers: [],
        expiresInDays: defaultExpiryDays,
      }

/** Every change of a link that is there is made at once; before that it is a wish. */
export function ShareDialog({ runs, onClose }: { runs: Run[]; onClose: () => void }) {
  const messages = useMessages()
  const queries = useQueryClient()
  const last = runs.at(-1)
  const listed = useQuery({ queryKey: ['shares'], queryFn: listShares })
  const share = listed.data?.find((item) => item.run === last?.id)
  const pending = useRef<(ShareChange & { id: string }) | undefined>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const [wish, setWish] = useState<Wish | undefined>(undefined)
  const refresh = () => queries.invalidateQueries({ queryKey: ['shares'] })
  const create = useMutation({
    mutationFn: (change: ShareChange) => createShare(last?.id ?? '', change),
    onSuccess: refresh,
  })
  const change = useMutation({
    mutationFn: ({ id, ...wished }: ShareChange & { id: string }) => changeShare(id, wished),
    // One after the other, so that the last click is what stays.
    scope: { id: 'share' },
    onSettled: refresh,
  })
  const revoke = useMutation({
    mutationFn: revokeShare,
    onSuccess: () => {
      setWish(undefined)
      return refresh()
    },
  })
  if (!last) return null
  const shown = wish ?? wishOf(share)
  const handleChange = (changed: Partial<Wish>) => {
    setWish({ ...shown, ...changed })
    if (!share) return
    // A box that is being moved by keys is sent where it comes to rest.
    pending.current = { id: share.id, ...pending.current, ...changed }
    clearTimeout(timer.current)
    timer.current = setTimeout(
      () => {
        const wished = pending.current
        pending.current = undefined
        if (wished) change.mutate(wished)
      },
      changed.covers ? quietMs : 0,
    )
  }
  const error = listed.error ?? create.error ?? change.error ?? revoke.error

  return (
    <div className="flex flex-col gap-6">
      <div className="flex items-center gap-3">
        <h2 className="mr-auto font-serif text-2xl font-semibold">{messages.share.title}</h2>
        <button type="button" className="button" onClick={onClose}>
          {messages.close}
        </button>
      </div>
      {error && (
        <p role="alert" className="text-sm text-warn">
          {toWords(error, messages)}
        </p>
      )}
      <div className="grid gap-8 min-[760px]:grid-cols-[minmax(0,18rem)_minmax(0,1fr)]">
        <div className="flex flex-col gap-6">
          <ShareOptions
            value={shown}
            expiresAt={share?.expiresAt}
            hasPictures={runs.some((run) => run.media.length > 0)}
            hasEarlier={runs.length > 1}
            onChange={handleChange}
          />
          {share ? (
            <LinkPanel share={share} isBusy={revoke.isPending} onRevoke={() => revoke.mutate(share.id)} />
          ) : (
            <button
              type="button"
              className="button button-primary justify-center"
              disabled={!listed.data || create.isPending}
              onClick={() => create.mutate(shown)}
            >
              {messages.share.create}
            </button>
          )}
        </div>
        <SharePreview
          runs={shown.scope === 'conversation' ? runs : [last]}
          share={shown}
          onCovers={(covers) => handleChange({ covers })}
        />
      </div>
      <OwnLinks shares={listed.data ?? []} />
    </div>
  )
}
