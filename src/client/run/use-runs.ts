import { useEffect, useState } from 'react'
import { isEnded, type Run } from '../../shared/run/run.ts'
import { followRun, type FollowState } from './follow-run.ts'

/** Each run as it goes on from where it starts; those that ended are as they are. */
export function useRuns(starts: Run[]): FollowState[] {
  const [followed, setFollowed] = useState<ReadonlyMap<string, FollowState>>(new Map())
  useEffect(() => {
    const leave = starts
      .filter((start) => !isEnded(start))
      .map((start) =>
        followRun(start, (following) => setFollowed((before) => new Map(before).set(start.id, following))),
      )
    return () => leave.forEach((each) => each())
  }, [starts])
  return starts.map((start) => {
    const following = followed.get(start.id)
    return following && following.run.lastSeq > start.lastSeq ? following : { run: start, isConnected: true }
  })
}
