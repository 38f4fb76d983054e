import { useSyncExternalStore } from 'react'

const undoMs = 10_000

/** What was just deleted; `backTo` the run that was in view, where it went along. */
export type Deletion = { id: string; backTo?: string }

let current: Deletion | undefined
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

/** Offers to bring it back for as long as the server can. */
export function offerUndo(deletion: Deletion | undefined) {
  clearTimeout(timer)
  current = deletion
  if (deletion) timer = setTimeout(() => offerUndo(undefined), undoMs)
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useDeletion = () => useSyncExternalStore(subscribe, () => current)
