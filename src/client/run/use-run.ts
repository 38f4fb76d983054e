import { useEffect, useState } from 'react'
import type { Run } from '../../shared/run.ts'
import { followRun, type Following } from './follow-run.ts'

/** The run as it goes on from `start`. */
export function useRun(start: Run): Following {
  const [following, setFollowing] = useState<Following>({ run: start, isConnected: true })
  useEffect(() => followRun(start, setFollowing), [start])
  return following
}
