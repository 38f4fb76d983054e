const named = ['think', 'thinking', 'thought', 'reason', 'reasoning', 'seed:think'].map((name): [string, string] => [
  `<${name}>`,
  `</${name}>`,
])

/** What model families write around their thinking where the server leaves it in the text. */
const pairs: [open: string, close: string][] = [
  ...named,
  ['◁think▷', '◁/think▷'],
  ['[THINK]', '[/THINK]'],
  ['<|channel>thought', '<channel|>'],
  ['<|START_THINKING|>', '<|END_THINKING|>'],
  ['<|begin_of_thought|>', '<|end_of_thought|>'],
]

export const openers = pairs.map(([open]) => open)
export const closers = pairs.map(([, close]) => close)
export const maxTagChars = Math.max(...pairs.flat().map((tag) => tag.length))

const escape = (tag: string) => tag.replace(/[[\]|/]/g, '\\$&')
const toPattern = (tags: string[]) => new RegExp(tags.map(escape).join('|'), 'gi')
const patterns = new Map<string[], RegExp>()

export const closerOf = (opener: string): string[] =>
  pairs.flatMap(([open, close]) => (open.toLowerCase() === opener.toLowerCase() ? [close] : []))

export type Tag = { at: number; end: number; text: string }

/**
 * The first of `tags` in the text from `from` on, whatever its case. A tag in backticks is spoken of, not used; one
 * behind a backtick at the very end is not decided yet.
 */
export function findTag(text: string, tags: string[], from = 0): Tag | undefined {
  const pattern = patterns.get(tags) ?? toPattern(tags)
  patterns.set(tags, pattern)
  pattern.lastIndex = Math.max(0, from)
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const end = match.index + match[0].length
    const isSpokenOf = text[match.index - 1] === '`' && (text[end] ?? '`') === '`'
    if (!isSpokenOf) return { at: match.index, end, text: match[0] }
  }
  return undefined
}

/** How many characters at the end of `text` could be the beginning of one of `tags`, or of one in backticks. */
export function partialLength(text: string, tags: string[]): number {
  const from = Math.max(...['<', '◁', '['].map((sign) => text.lastIndexOf(sign)))
  if (from === -1) return 0
  const rest = text.slice(from).toLowerCase()
  const isQuoted = text[from - 1] === '`'
  return tags.some((tag) => tag.toLowerCase().startsWith(rest) && (isQuoted || tag.length > rest.length))
    ? rest.length
    : 0
}
