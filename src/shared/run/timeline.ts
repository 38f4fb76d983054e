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
      if (event.type !== 'thinking-delta' && event.type !== 'answer-delta') {
        at = event.at
        return JSON.stringify(event)
      }
      const line = `${event.type[0]}${(event.at - at).toString(36)}.${event.text.length.toString(36)}`
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
  let thinkingOffset = 0
  let answerOffset = 0
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
    if (line.startsWith('t')) {
      events.push({ seq, at, type: 'thinking-delta', text: thinkingText.slice(thinkingOffset, thinkingOffset + size) })
      thinkingOffset += size
    } else {
      events.push({ seq, at, type: 'answer-delta', text: answerText.slice(answerOffset, answerOffset + size) })
      answerOffset += size
    }
  }
  return events
}
