/** Where a stretch of text that must stay whole ends: a fence or a display formula. */
const openers: { open: RegExp; close: (opened: RegExpExecArray) => RegExp }[] = [
  {
    open: /^\s{0,3}(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})/,
    close: (opened) => new RegExp(`^\\s*${(opened[1] ?? '```')[0]}{${(opened[1] ?? '```').length},}\\s*$`),
  },
  { open: /^\s*(?:[-*+>]\s+|\d+[.)]\s+)?\\\[(?!.*\\\])/, close: () => /\\\]/ },
  { open: /^\s*(?:[-*+>]\s+|\d+[.)]\s+)?\$\$(?!.*\$\$)/, close: () => /\$\$/ },
]

const isContinued = (line: string) => /^(?:\s{2,}|\t|\s*[-*+]\s|\s*\d+[.)]\s|\s*>)/.test(line)

/** Top-level pieces that render the same alone as in the whole: cut at blank lines outside fences, formulas and lists. */
export function splitBlocks(text: string): string[] {
  const blocks: string[] = []
  let block: string[] = []
  let close: RegExp | undefined
  let isAfterBlank = false
  let isList = false
  for (const line of text.split('\n')) {
    if (
      close === undefined &&
      isAfterBlank &&
      block.length > 0 &&
      line.trim() !== '' &&
      !(isList && isContinued(line))
    ) {
      blocks.push(block.join('\n'))
      block = []
      isList = false
    }
    isList ||= block.every((before) => before.trim() === '') && isContinued(line)
    block.push(line)
    if (close) {
      if (close.test(line)) close = undefined
    } else {
      for (const opener of openers) {
        const opened = opener.open.exec(line)
        if (!opened) continue
        close = opener.close(opened)
        break
      }
    }
    isAfterBlank = close === undefined && line.trim() === ''
  }
  if (block.some((line) => line.trim() !== '')) blocks.push(block.join('\n'))
  return blocks
}
