import { isThinkingEvent } from '../../shared/run/event-kinds.ts'
import type { RunEvent } from '../../shared/run/run.ts'
import type { ShareInclude } from '../../shared/share.ts'

/** The upstream's own words and ids stay with the owner. */
function withoutInternals(event: RunEvent): RunEvent {
  if (event.type !== 'error') return event
  const { seq, at, type, code, retryable } = event
  return { seq, at, type, code, message: 'The run failed.', retryable }
}

/** Output counts the thinking in; where the two cannot be told apart nothing is said. */
function withoutThinkingTokens(event: RunEvent, hasThought: boolean): RunEvent | undefined {
  if (event.type !== 'usage') return event
  const { thinkingTokens, ...usage } = event
  if (thinkingTokens === undefined) return hasThought ? undefined : event
  return { ...usage, outputTokens: Math.max(0, usage.outputTokens - thinkingTokens) }
}

/**
 * Gives a run's events, fed in order, as a share shows them. Without thinking the clock stands still while the model
 * thinks, from the event before to the event after, and what is left has numbers of its own without a gap, so that
 * neither tells of it. The same events have the same numbers on every instance, so that a stream can be resumed on any.
 */
export function createShareFilter(include: Pick<ShareInclude, 'thinking'>): (events: RunEvent[]) => RunEvent[] {
  if (include.thinking) return (events) => events.map(withoutInternals)
  let at = 0
  let seq = 0
  let before: RunEvent | undefined
  let hasThought = false
  return (events) =>
    events.flatMap((event) => {
      if (!isThinkingEvent(event) && !(before && isThinkingEvent(before))) at += event.at - (before?.at ?? 0)
      before = event
      hasThought ||= isThinkingEvent(event)
      if (isThinkingEvent(event)) return []
      const kept = withoutThinkingTokens(event, hasThought)
      if (!kept) return []
      seq += 1
      return [withoutInternals({ ...kept, seq, at })]
    })
}
