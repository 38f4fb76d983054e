import { endsRun } from '../../shared/run/event-kinds.ts'
import type { RunEventBody, Usage } from '../../shared/run/run.ts'
import { createSseReader } from './read-sse.ts'
import { createToRunEvents, type ToRunEventsOptions } from './to-run-events.ts'

export const plain = { expects: 'answer', thinks: false } as const
export const asked = { expects: 'either', thinks: true } as const

/** Everything a reply comes to, for tests. `end` is the finish reason or the error code. */
export type Replayed = { thinking: string; answer: string; usage: Usage[]; end: string | undefined; ends: number }

function toReplayed(events: RunEventBody[]): Replayed {
  const join = (type: 'thinking-delta' | 'answer-delta') =>
    events.map((event) => (event.type === type ? event.text : '')).join('')
  const last = events.at(-1)
  return {
    thinking: join('thinking-delta'),
    answer: join('answer-delta'),
    usage: events.flatMap((event) => {
      if (event.type !== 'usage') return []
      const { type: _type, ...usage } = event
      return [usage]
    }),
    end: last?.type === 'finish' ? last.reason : last?.type === 'error' ? last.code : undefined,
    ends: events.filter(endsRun).length,
  }
}

/** Reads a reply in pieces of `size` bytes. `breaks`: its connection breaks behind the last. */
export function replayReply(text: string, size: number, options: ToRunEventsOptions, breaks = false): Replayed {
  const events = createToRunEvents(options)
  const reader = createSseReader()
  const bytes = new TextEncoder().encode(text)
  const all: RunEventBody[] = []
  for (let at = 0; at < bytes.length; at += size)
    for (const frame of reader.push(bytes.subarray(at, at + size))) all.push(...events.push(frame))
  if (breaks) return toReplayed([...all, ...events.breakOff()])
  for (const frame of reader.end()) all.push(...events.push(frame))
  return toReplayed([...all, ...events.end()])
}
