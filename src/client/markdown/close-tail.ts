const pairs: [open: string, close: string][] = [
  ['\\(', '\\)'],
  ['\\[', '\\]'],
  ['$$', '$$'],
]
/** Stands where a formula is still on its way. */
export const placeholder = '…'

/** Whether a dollar at `at` may open a formula: something other than space behind it. */
const mayOpen = (text: string, at: number) => /^\$[^\s$]/.test(text.slice(at, at + 2)) || at === text.length - 1

/**
 * The growing end of a text made fit to show: an unfinished formula is held back, an open fence or emphasis closed, a
 * half table row or link waits.
 */
export function closeTail(text: string): string {
  let fence = ''
  for (const line of text.split('\n')) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1]
    if (mark === undefined) continue
    if (fence === '') fence = mark
    else if (line.trim() === fence) fence = ''
  }
  if (fence !== '') return `${text}\n${fence}`

  for (let at = 0; at < text.length;) {
    if (text[at] === '`') {
      const ticks = /^`+/.exec(text.slice(at))?.[0] ?? '`'
      const end = text.indexOf(ticks, at + ticks.length)
      if (end === -1) return `${text}${text.endsWith('`') ? '' : ticks}`
      at = end + ticks.length
      continue
    }
    if (text.startsWith('~~~', at) && /(?:^|\n)[ \t]*$/.test(text.slice(0, at))) {
      const tildes = /^~+/.exec(text.slice(at))?.[0] ?? '~~~'
      const end = text.indexOf(`\n${tildes}`, at)
      at = end === -1 ? text.length : end + 1 + tildes.length
      continue
    }
    const pair = pairs.find(([open]) => text.startsWith(open, at))
    if (pair) {
      const end = text.indexOf(pair[1], at + 2)
      if (end === -1) return closeEmphasis(text.slice(0, at) + placeholder)
      at = end + 2
      continue
    }
    if (text.startsWith('\\begin{', at) || (text[at] === '\\' && '\\begin{'.startsWith(text.slice(at)))) {
      const end = text.indexOf('\\end{', at)
      const isDone = end !== -1 && text.indexOf('}', end) !== -1
      if (!isDone) return closeEmphasis(text.slice(0, at) + placeholder)
      at = text.indexOf('}', end) + 1
      continue
    }
    if (text[at] === '\\') {
      if (at === text.length - 1) return text.slice(0, -1)
      at += 2
      continue
    }
    if (text[at] === '$' && mayOpen(text, at)) {
      const rest = text.slice(at + 1)
      if (/^\d[\d.,]*[\u2e80-\uffff]/.test(rest)) {
        at += 1
        continue
      }
      const line = rest.split('\n\n')[0] ?? ''
      const end = line.search(/[^\s\\]\$(?!\d)/)
      // A price goes on as text; only what looks like the start of a formula waits.
      if (end === -1) {
        if (line.length === rest.length && !/^\d[\d.,]*(?:\s|$|\*\*|[^\d.,^_+\-*/=\\{}()a-zA-Z])/.test(rest))
          return closeEmphasis(text.slice(0, at) + placeholder)
        at += 1
        continue
      }
      at += end + 3
      continue
    }
    at += 1
  }
  const lines = text.split('\n')
  const last = lines.at(-1) ?? ''
  const isTable = /^\s*\|/.test(last)
  if (isTable && !/\|\s*$/.test(last)) lines.pop()
  // A header row alone is not yet a table.
  if (
    isTable &&
    lines.length >= 1 &&
    /^\s*\|/.test(lines.at(-1) ?? '') &&
    !lines.some((line) => /^\s*\|?\s*:?-+/.test(line))
  )
    lines.pop()
  return closeEmphasis(lines.join('\n').replace(/\[[^\]\n]*\]\([^)\n]*$/, (link) => link.slice(1, link.indexOf(']'))))
}

/** Whether the last paragraph has a bold without its end; asterisks in code and formulas are none. */
function hasOpenBold(text: string): boolean {
  const paragraph =
    text
      .replace(/(`+)[^]*?\1|\\\([^]*?\\\)|\\\[[^]*?\\\]|\$\$[^]*?\$\$/g, '')
      .split('\n\n')
      .at(-1) ?? ''
  return (paragraph.match(/(?<!\\)\*\*/g)?.length ?? 0) % 2 === 1
}

function closeEmphasis(text: string): string {
  if (!hasOpenBold(text)) return text
  const trimmed = text.replace(/\*{1,2}\s*$/, '')
  return hasOpenBold(trimmed) ? `${trimmed.trimEnd()}**` : trimmed
}
