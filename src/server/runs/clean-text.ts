/** What any database takes: NUL goes, a lone surrogate becomes U+FFFD. */
export const toStorable = (text: string) => text.replaceAll('\0', '').toWellFormed()

/**
 * Makes deltas storable. A pair cut between two deltas is put
 * together again: its first half waits for the next piece of the same kind.
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
