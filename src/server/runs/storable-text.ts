import type { RunEvent, RunEventBody } from '../../shared/run/run.ts'

/** Text that every database takes: without NUL, a lone surrogate as U+FFFD. */
export const toStorable = (text: string) => text.replaceAll('\0', '').toWellFormed()

/** An event whose every text, also that of an error, can be stored anywhere. */
export const cleanEvent = <Event extends RunEvent | RunEventBody>(event: Event): Event =>
  Object.fromEntries(
    Object.entries(event).map(([name, value]) => [name, typeof value === 'string' ? toStorable(value) : value]),
  ) as Event

/** Where what can be stored of a delta ends: the first half of a pair waits for the other, which is to come. */
export function findWholeEnd(text: string): number {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff ? text.length - 1 : text.length
}
