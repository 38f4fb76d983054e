import { useEffect, useState } from 'react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { HistoryEntry } from '../../shared/history.ts'
import { listRuns } from '../api/api.ts'

const pollMs = 3_000
const toKey = ({ id, siblingOf }: HistoryEntry) => siblingOf ?? id

/**
 * The conversations that hold every word of `search`, page by page; what is live among the newest is looked at again.
 * `setNearEnd` is told whether the end of the list is near what the reader sees: as long as it is, more comes.
 */
export function useHistory(search: string) {
  const pages = useInfiniteQuery({
    queryKey: ['runs', search],
    queryFn: ({ pageParam, signal }) => listRuns(search, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
    gcTime: 0,
  })
  const [isNearEnd, setNearEnd] = useState(false)
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = pages
  // A wish, not a call: what is being fetched when it comes up is waited for.
  const wantsMore = isNearEnd && hasNextPage && !isFetching && !isFetchNextPageError
  useEffect(() => {
    if (wantsMore) void fetchNextPage()
  }, [wantsMore, fetchNextPage])
  const loaded = pages.data?.pages ?? []
  const isLive = loaded[0]?.items.some((entry) => entry.isLive) ?? false
  const head = useQuery({
    queryKey: ['runs', 'head', search],
    queryFn: ({ signal }) => listRuns(search, undefined, signal),
    enabled: isLive,
    refetchInterval: ({ state }) => (state.data?.items.some((entry) => entry.isLive) === false ? false : pollMs),
    gcTime: 0,
  })
  const isNewer = isLive && head.dataUpdatedAt > pages.dataUpdatedAt
  const first = isNewer && head.data ? head.data : loaded[0]
  const known = new Map<string, HistoryEntry>()
  for (const page of [...(first ? [first] : []), ...loaded]) {
    for (const entry of page.items) if (!known.has(toKey(entry))) known.set(toKey(entry), entry)
  }
  const pinned = first?.pinned ?? []
  const isPinned = new Set(pinned.map(toKey))
  return {
    pinned,
    items: [...known.values()].filter((entry) => !isPinned.has(toKey(entry))),
    isLoaded: pages.data !== undefined,
    error: pages.error,
    hasMore: hasNextPage,
    setNearEnd,
    /** Asks once more where it failed. */
    more: () => void fetchNextPage({ cancelRefetch: false }),
  }
}
