import { deltaKind, deltaTypes, isDelta } from './event-kinds.ts'
import type { RunEvent } from './run.ts'

/**
 * A finished run's events without their text: `t` (thinking) or `a` (answer), then the milliseconds since the event
 * before and the length in UTF-16 units, both in base 36; any other event as its JSON. Joined by newlines. `before` is
 * the time of the event before the first of these.
 */
export function toTimeline(events: RunEvent[], before = 0): string {
  let at = before
  return events
    .map((event) => {
      if (!isDelta(event)) {
        at = event.at
        return JSON.stringify(event)
      }
      const line = `${deltaKind(event.type).letter}${(event.at - at).toString(36)}.${event.text.length.toString(36)}`
      at = event.at
      return line
    })
    .join('\n')
}

/** The events again, each with the `seq` and `at` it had. */
export function fromTimeline(
  timeline: string,
  thinkingText: string,
  answerText: string,
  before = { seq: 0, at: 0 },
): RunEvent[] {
  const events: RunEvent[] = []
  let { seq, at } = before
  const texts = { thinkingText, answerText }
  const offsets = { thinkingText: 0, answerText: 0 }
  for (const line of timeline === '' ? [] : timeline.split('\n')) {
    seq += 1
    if (line.startsWith('{')) {
      const event = JSON.parse(line) as RunEvent
      at = event.at
      events.push(event)
      continue
    }
    const [delay = '', length = ''] = line.slice(1).split('.')
    at += parseInt(delay, 36)
    const size = parseInt(length, 36)
    const type = deltaTypes.find((each) => line.startsWith(deltaKind(each).letter)) ?? 'answer-delta'
    const { text: field } = deltaKind(type)
    events.push({ seq, at, type, text: texts[field].slice(offsets[field], offsets[field] + size) })
    offsets[field] += size
  }
  return events
}
