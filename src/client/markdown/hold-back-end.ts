const container = String.raw`^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+[ \t>]*)*`
/** A line of which it does not show yet whether it is a list item, a rule, a heading, a fence or a table. */
const undecided = new RegExp(
  String.raw`${container}(?:[-+*=_|:#~${'`'}>][-+*=_|:#~${'`'}>\s]*|\d{1,9}(?:[.)][ \t]*)?)$`,
)
const row = new RegExp(String.raw`${container}\|`)
/** A line that may be the header of a table without outer bars. */
const bareRow = /^[^|$\\`]+ \| [^|$\\`]*$/
const delimiterRow = /^[\s>|:-]*-[\s>|:-]*$/
const fenceLine = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})(.*)$/
/** Characters at the end whose meaning the next ones decide. */
const ends = [
  /\\(?:b(?:e(?:g(?:i(?:n(?:\{[A-Za-z]*\*?)?)?)?)?)?)?$/,
  /[*_~`$!]+$/,
  /&#?[A-Za-z0-9]{0,31}$/,
  /<(?:[A-Za-z/][^\s<>]*)?$/,
  /!?\[(?![\d\-\\($])[^[\]]{0,80}(?:\]:?[ \t]*)?$/,
]

/** Whether the text ends within a fenced block of code. */
function isInFence(text: string): boolean {
  let fence = ''
  for (const line of text.split('\n')) {
    const [, ticks = '', rest = ''] = fenceLine.exec(line) ?? []
    if (ticks === '') continue
    if (fence === '') fence = ticks.startsWith('`') && rest.includes('`') ? '' : ticks
    else if (ticks.startsWith(fence) && rest.trim() === '') fence = ''
  }
  return fence !== ''
}

/** How many lines at the end are no table before the row that comes next is there. */
function countHeldRows(lines: string[]): number {
  let rows = 0
  while (rows < lines.length && row.test(lines[lines.length - 1 - rows] as string)) rows += 1
  return rows === 1 || (rows === 2 && !delimiterRow.test(lines.at(-1) as string)) ? rows : 0
}

function holdLine(line: string): string {
  let held = line
  for (let before = ''; before !== held;) {
    before = held
    if (undecided.test(held)) return ''
    for (const end of ends) held = held.replace(end, '')
  }
  return row.test(held) || bareRow.test(held) ? '' : held
}

/**
 * A growing text without the few characters at its end whose meaning the next ones decide: half a delimiter, half a
 * table row, a line that may become a list item.
 */
export function holdEnd(text: string): string {
  const whole = text.replace(/[\uD800-\uDBFF]$/, '')
  const lineStart = whole.lastIndexOf('\n') + 1
  const before = whole.slice(0, lineStart)
  if (isInFence(whole)) return /^[ \t>]*[`~]+$/.test(whole.slice(lineStart)) ? before : whole
  const line = holdLine(whole.slice(lineStart))
  if (line !== '') return before + line
  const lines = before.split('\n').slice(0, -1)
  return lines.slice(0, lines.length - countHeldRows(lines)).join('\n') + '\n'
}
