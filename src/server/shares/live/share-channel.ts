import type { Run } from '../../../shared/run/run.ts'
import type { Feed } from '../../runs/journal/feed.ts'
import type { RunReading } from '../run-reading.ts'

export type ShareChannel = Feed & {
  /** As the share shows it so far. */
  run: () => Run
  viewers: () => number
  /** The share was changed or is gone: whoever watches gets nothing more and has to ask again. */
  cut: () => void
}

/** One run as one share shows it, from a reading that all shares of the run have together. */
export function createShareChannel(blank: Run, reading: RunReading): ShareChannel {
  const leaves = new Map<() => void, () => void>()
  let isCut = false
  return {
    run: () => reading.fold(blank),
    read: (after) => (isCut ? [] : reading.read(after)),
    lastSeq: () => (isCut ? 0 : reading.lastSeq()),
    isComplete: () => isCut || reading.isComplete(),
    onChange(wake) {
      leaves.set(wake, reading.onChange(wake))
      return () => {
        leaves.get(wake)?.()
        leaves.delete(wake)
      }
    },
    viewers: () => leaves.size,
    cut() {
      isCut = true
      for (const [wake, leave] of leaves) {
        leave()
        wake()
      }
      leaves.clear()
    },
  }
}
