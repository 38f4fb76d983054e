import type { Run } from '../../shared/run/run.ts'
import type { Thread } from '../../shared/run/thread.ts'

/** The conversation as it stands once `made` was asked in it, below its parent or beside `siblingOf`. */
export function toThread({ runs, siblings }: Thread, made: Run, siblingOf?: string): Thread {
  const place = siblingOf === undefined ? -1 : siblings.findIndex((ids) => ids.includes(siblingOf))
  const depth = place === -1 ? runs.findIndex(({ id }) => id === made.parent) + 1 : place
  const beside = place === -1 ? [] : (siblings[place] ?? [])
  return {
    runs: [...runs.slice(0, depth), made],
    siblings: [...siblings.slice(0, depth), [...beside.filter((id) => id !== made.id), made.id]],
  }
}
