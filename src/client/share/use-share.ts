import { useRef, useState } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Run } from '../../shared/run/run.ts'
import { defaultExpiryDays, type ListedShare, type Share } from '../../shared/share.ts'
import { changeShare, createShare, listShares, revokeShare } from '../api/shares.ts'

/** A box that is being moved by keys is sent where it comes to rest. */
const quietMs = 300

export type ShareDraft = Pick<Share, 'scope' | 'include' | 'covers'> & { expiresInDays?: number | null }

const toWish = (share: Share | undefined): ShareDraft =>
  share
    ? { scope: share.scope, include: share.include, covers: share.covers }
    : {
        scope: 'run',
        include: { question: true, media: true, thinking: true },
        covers: [],
        expiresInDays: defaultExpiryDays,
      }

/**
 * A run's link, and what its owner wishes it to be. Where there is a link every wish is sent at once, whole, so that one
 * that failed goes with the next; what is shown is the wish until the server has it, then what the server has.
 */
export function useShare(run: Run) {
  const queries = useQueryClient()
  const listed = useQuery({ queryKey: ['shares'], queryFn: listShares })
  const share = listed.data?.find((item) => item.run === run.id)
  const [wish, setWish] = useState<ShareDraft | undefined>(undefined)
  /** Ahead of what is rendered. */
  const latest = useRef<ShareDraft | undefined>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const refresh = () => queries.invalidateQueries({ queryKey: ['shares'] })
  const wishFor = (next: ShareDraft | undefined) => {
    latest.current = next
    setWish(next)
  }

  const change = useMutation({
    mutationFn: (sent: { id: string; wish: ShareDraft }) => changeShare(sent.id, sent.wish),
    // One after the other, so that the last click is what stays.
    scope: { id: 'share' },
    onSuccess(saved, sent) {
      queries.setQueryData<ListedShare[]>(['shares'], (before) =>
        before?.map((item) => (item.id === saved.id ? { ...item, ...saved } : item)),
      )
      if (latest.current === sent.wish) wishFor(undefined)
    },
    onSettled: refresh,
  })
  const save = (id: string) => {
    if (latest.current) change.mutate({ id, wish: latest.current })
  }
  const create = useMutation({
    mutationFn: (sent: ShareDraft) => createShare(run.id, sent),
    onSuccess(made, sent) {
      queries.setQueryData<ListedShare[]>(['shares'], (before = []) => [{ ...made, question: run.question }, ...before])
      // What was switched off while the link was on its way must not be seen over it.
      if (latest.current === sent) wishFor(undefined)
      else save(made.id)
      return refresh()
    },
  })
  const revoke = useMutation({
    mutationFn: revokeShare,
    onSuccess() {
      clearTimeout(timer.current)
      wishFor(undefined)
      return refresh()
    },
  })
  const shown = wish ?? toWish(share)

  return {
    /** Undefined until it is known. */
    shares: listed.data,
    share,
    shown,
    error: listed.error ?? create.error ?? revoke.error,
    /** Why the link is not yet what is shown. */
    saveError: change.error,
    isCreating: create.isPending,
    isRevoking: revoke.isPending,
    create: () => create.mutate(shown),
    revoke: revoke.mutate,
    save,
    change(changed: Partial<ShareDraft>) {
      wishFor({ ...(latest.current ?? toWish(share)), ...changed })
      if (!share) return
      clearTimeout(timer.current)
      timer.current = setTimeout(() => save(share.id), changed.covers ? quietMs : 0)
    },
  }
}
