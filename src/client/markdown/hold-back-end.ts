import { findFenceEnd, readFence, skipContainers, type Fence } from '../../shared/markdown/fences.ts'
import { mayBecomeTag } from '../../shared/markdown/tag-syntax.ts'

/** Content of a line that may still become a list item, a rule, a heading, a fence or a table. */
const undecided = /^(?:[-+*=_|:#~`>][-+*=_|:#~`>\s]*|\d{1,9}(?:[.)][ \t]*)?)$/
/** A line that may be the header of a table without outer bars. */
const bareRow = /^[^|$\\`]+ \| [^|$\\`]*$/
/** No delimiter whose meaning is open is longer. */
const maxHeld = 240
const delimiters = '*_~`$!'

/** A sign that may begin something, how long it is looked for, and what shows that it is still open. */
const openings: [sign: string, chars: number, isOpen: (end: string) => boolean][] = [
  ['\\', 32, (end) => '\\boxed{'.startsWith(end) || /^\\begin\{[A-Za-z]*\*?$/.test(end) || '\\begin{'.startsWith(end)],
  ['&', 33, (end) => /^&#?[A-Za-z0-9]*$/.test(end)],
  ['<', maxHeld, (end) => /^<(?:[A-Za-z/][^\s<>]*|[|｜][a-z_▁]*[|｜]?)?$/.test(end) || mayBecomeTag(end)],
  ['[', 90, (end) => /^\[(?![\d\-\\($])[^[\]]*(?:\]:?[ \t]*)?$/.test(end)],
]

/** The fence that is open before the last line. */
function findOpenFence(lines: string[]): Fence | undefined {
  let open: Fence | undefined
  for (const line of lines) {
    if (!open) open = readFence(line)
    else if (findFenceEnd(line, open) !== undefined) open = undefined
  }
  return open
}

/** Whether a line within a fence may still become the end of it, or the beginning of text right behind its end. */
export const mayEndFence = (line: string) => /^[ \t>]*(?:`+|~+)[ \t]*(?:[A-Za-z][\w+#.-]*[ \t]*)?$/.test(line)

const isRow = (line: string) => line[skipContainers(line)] === '|'

/** How many lines at the end are no table before the row that comes next is there. */
function countHeldRows(lines: string[]): number {
  let rows = 0
  while (rows < lines.length && isRow(lines[lines.length - 1 - rows] as string)) rows += 1
  const isHead = rows === 2 && !(/^[\s>|:-]+$/.test(lines.at(-1) as string) && lines.at(-1)?.includes('-'))
  return rows === 1 || isHead ? rows : 0
}

/** How long a line is without the last sign whose meaning the next characters decide. */
function findHeld(line: string, end: number): number {
  let at = end
  while (at > 0 && delimiters.includes(line[at - 1] as string)) at -= 1
  if (at < end) return at
  for (const [sign, chars, isOpen] of openings) {
    const tail = line.slice(Math.max(0, end - chars), end)
    const from = tail.lastIndexOf(sign)
    if (from !== -1 && isOpen(tail.slice(from))) return end - tail.length + from
  }
  return end
}

function holdLine(line: string): string {
  const content = skipContainers(line)
  let end = line.length
  for (let before = -1; before !== end;) {
    before = end
    if (end <= content || undecided.test(line.slice(content, end))) return ''
    end = findHeld(line, end)
  }
  const held = line.slice(0, end)
  return isRow(held) || bareRow.test(held) ? '' : held
}

/**
 * A growing text without the few characters at its end whose meaning the next ones decide: half a delimiter, half a
 * table row, a line that may become a list item.
 */
export function holdEnd(text: string): string {
  const shown = text.replace(/[\uD800-\uDBFF]$/, '')
  const lineStart = shown.lastIndexOf('\n') + 1
  const before = shown.slice(0, lineStart)
  const line = shown.slice(lineStart)
  const lines = before.split('\n').slice(0, -1)
  if (findOpenFence(lines)) return mayEndFence(line) ? before : shown
  const held = readFence(line) ? '' : holdLine(line)
  if (held !== '') return before + held
  return lines.slice(0, lines.length - countHeldRows(lines)).join('\n') + '\n'
}
