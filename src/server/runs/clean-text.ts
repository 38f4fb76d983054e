/**
 * Makes deltas storable anywhere: NUL goes, a lone surrogate becomes U+FFFD. A pair cut between two deltas is put
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
      return (isCut ? whole.slice(0, -1) : whole).replaceAll('\0', '').toWellFormed()
    },
    flush() {
      const rest = held.toWellFormed()
      held = ''
      return rest
    },
  }
}
