import { useCallback, useEffect, useState } from 'react'
import { flushSync } from 'react-dom'
import { onIdle } from '../ui/on-idle.ts'

type State = { count: number; waiting: readonly number[] }

/** So many groups that come at once are shown at once; of more, the first and the last, and the rest in idle slices. */
const atOnce = 3
const sliceMs = 20
const idleTimeoutMs = 60

function grow({ count, waiting }: State, next: number): State {
  if (next < count) return grow({ count: 0, waiting: [] }, next)
  const from = count === 0 ? 1 : count
  const added = next - count > atOnce ? Array.from({ length: Math.max(0, next - 1 - from) }, (_, at) => from + at) : []
  return { count: next, waiting: added.length > 0 ? [...waiting, ...added] : waiting }
}

/** Which of `count` groups are worked out already, and how to ask for one ahead of its turn. */
export function useReady(count: number): { waiting: ReadonlySet<number>; hurry: (index: number) => void } {
  const [state, setState] = useState<State & { set: ReadonlySet<number> }>({ count: 0, waiting: [], set: new Set() })
  let current = state
  if (count !== state.count) {
    const grown = grow(state, count)
    current = { ...grown, set: grown.waiting === state.waiting ? state.set : new Set(grown.waiting) }
    setState(current)
  }
  const hurry = useCallback((index: number | undefined) => {
    setState((before) => {
      if (index === undefined || !before.set.has(index)) return before
      const waiting = before.waiting.filter((one) => one !== index)
      return { ...before, waiting, set: new Set(waiting) }
    })
  }, [])
  const left = state.waiting.length
  useEffect(() => {
    if (left === 0) return
    return onIdle(() => {
      const end = performance.now() + sliceMs
      const todo = [...state.waiting]
      do {
        const index = todo.pop()
        flushSync(() => hurry(index))
      } while (todo.length > 0 && performance.now() < end)
    }, idleTimeoutMs)
  }, [left, state.waiting, hurry])
  return { waiting: current.set, hurry }
}
