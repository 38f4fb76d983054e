import { useEffect, useState } from 'react'
import { isEnded, type Run } from '../../shared/run/run.ts'
import type { SharedView } from '../../shared/share.ts'
import { toSharedEventsUrl } from '../api/shares.ts'
import { followRun, type FollowState } from '../run/follow-run.ts'

/**
 * The runs of a share, oldest first, each as it goes on. `onCut`: the stream ended before the run did, so the share may
 * have changed.
 */
export function useSharedRuns(view: SharedView, onCut: () => void): { runs: Run[]; isConnected: boolean } {
  const starts = [...view.earlier, view.run]
  const [followed, setFollowed] = useState<{ version: number; runs: ReadonlyMap<string, FollowState> }>({
    version: view.version,
    runs: new Map(),
  })
  useEffect(() => {
    const leave = [...view.earlier, view.run]
      .filter((start) => !isEnded(start))
      .map((start) =>
        followRun(
          start,
          (following) =>
            setFollowed((before) => {
              const runs = before.version === view.version ? before.runs : []
              return { version: view.version, runs: new Map(runs).set(start.id, following) }
            }),
          { eventsUrl: toSharedEventsUrl(view.id, start.id), onCut },
        ),
      )
    return () => leave.forEach((each) => each())
  }, [view, onCut])
  const current = followed.version === view.version ? followed.runs : undefined
  const runs = starts.map((start) => {
    const following = current?.get(start.id)
    return following && following.run.lastSeq > start.lastSeq ? following.run : start
  })
  const isConnected = ![...(current?.values() ?? [])].some((following) => !following.isConnected)
  return { runs, isConnected }
}
