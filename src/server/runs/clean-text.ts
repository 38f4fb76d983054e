import type { RunEvent, RunEventBody } from '../../shared/run.ts'

/** Text that every database takes: without NUL, a lone surrogate as U+FFFD. */
export const toStorable = (text: string) => text.replaceAll('\0', '').toWellFormed()

/** An event whose every text, also that of an error, can be stored anywhere. */
export const cleanEvent = <Event extends RunEvent | RunEventBody>(event: Event): Event =>
  Object.fromEntries(
    Object.entries(event).map(([name, value]) => [name, typeof value === 'string' ? toStorable(value) : value]),
  ) as Event

/**
 * Makes deltas storable. A pair cut between two deltas is put together again: its first half waits for the next piece of
 * the same kind.
 */
export function createCleanText(): { push: (text: string) => string; flush: () => string } {
  let held = ''
  return {
    push(text) {
      const whole = held + text
      const last = whole.charCodeAt(whole.length - 1)
      const isCut = last >= 0xd800 && last <= 0xdbff
      held = isCut ? whole.slice(-1) : ''
      return toStorable(isCut ? whole.slice(0, -1) : whole)
    },
    flush() {
      const rest = held.toWellFormed()
      held = ''
      return rest
    },
  }
}
