import { noDefinitions, readDefinition, type Definitions } from './definitions.ts'

/** A piece of the text that renders the same alone as in the whole. */
export type Block = {
  text: string
  /** Goes on where a very long paragraph or list before it was cut. */
  isContinued: boolean
}
/** Blocks that are looked at, drawn and left alone together. A group that is full never changes. */
export type Group = { blocks: readonly Block[] }
export type Split = {
  groups: readonly Group[]
  definitions: Definitions
}

const blocksPerGroup = 20
/** Where a list or paragraph is this long, it is cut at its next item or line. */
const maxPieceChars = 2_500
/** A display formula this long has no end: its opening was none. */
const maxFormulaChars = 6_000

const marker = /^ {0,1}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/
const isContinuation = (line: string) => /^(?:\s{2,}|\t|\s*[-*+](?:\s|$)|\s*\d{1,9}[.)](?:\s|$))/.test(line)
/** The beginning of a line that may still become a list item, or indented further. */
const isUndecided = (line: string) => /^\s*(?:[-*+]|\d{1,9}[.)]?)?$/.test(line)
const fence = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})([^\n]*)$/
const heading = /^#{1,6}[ \t]/
const isPlain = (line: string) => /^[^\s|>#`~$\\]/.test(line)

/** The end that a display formula opened on this line and left open waits for. */
function findOpenFormula(line: string): string | undefined {
  if (!/\$\$|\\\[|\\begin\{/.test(line)) return undefined
  const text = line.replace(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, '').replace(/\\\\/g, '')
  const bracket = text.lastIndexOf('\\[')
  if (bracket !== -1 && !text.includes('\\]', bracket)) return '\\]'
  if ((text.match(/\$\$/g)?.length ?? 0) % 2 === 1) return '$$'
  const begin = /\\begin\{([A-Za-z]+\*?)\}/.exec(text)
  return begin && !text.includes(`\\end{${begin[1]}}`) && !text.includes('$$') ? `\\end{${begin[1]}}` : undefined
}

/**
 * Splits a text that only grows, reading each line once: `split(text)` gives the pieces of the text so far. Cuts stand at
 * blank lines outside fences, formulas and lists; a cut once made stays.
 */
export function createSplitter(): (text: string) => Split {
  /** So much of the text is known, and ends like this: comparing all of it would cost more than splitting. */
  let knownChars = 0
  let knownEnd = ''
  let full: Group[] = []
  let last: Block[] = []
  let urls = new Map<string, string>()
  let labels: string[] = []
  let definitions = noDefinitions
  /** Offsets: of the block that grows, and of the first line not read. */
  let blockStart = 0
  let lineStart = 0
  let isContinued = false
  let isList = false
  let isBlank = true
  let isAfterBlank = false
  let isAfterPlain = false
  let fenceEnd: RegExp | undefined
  let formulaEnd: string | undefined
  let formulaStart = 0

  function reset() {
    full = []
    last = []
    urls = new Map()
    labels = []
    definitions = noDefinitions
    blockStart = lineStart = 0
    isList = isAfterBlank = isAfterPlain = isContinued = false
    isBlank = true
    fenceEnd = formulaEnd = undefined
  }

  /** Whether the block ends before this line, and how. */
  function toCut(line: string, start: number): 'new' | 'continued' | undefined {
    if (fenceEnd || formulaEnd !== undefined || isBlank || line.trim() === '') return undefined
    if (isAfterBlank && !(isList && isContinuation(line))) return 'new'
    if (start - blockStart < maxPieceChars) return undefined
    if (heading.test(line)) return 'new'
    if (isList) return marker.test(line) ? 'continued' : undefined
    return isAfterPlain && isPlain(line) ? 'continued' : undefined
  }

  function cut(text: string, start: number, how: 'new' | 'continued') {
    last = [...last, { text: text.slice(blockStart, start), isContinued }]
    if (last.length === blocksPerGroup) {
      full.push({ blocks: last })
      last = []
    }
    blockStart = start
    isContinued = how === 'continued'
    isList = isAfterPlain = false
    isBlank = true
  }

  function read(line: string, start: number) {
    const isEmpty = line.trim() === ''
    if (isBlank && !isEmpty) isList = isContinuation(line)
    isBlank &&= isEmpty
    const wasOpen = fenceEnd !== undefined || formulaEnd !== undefined
    if (fenceEnd) {
      if (fenceEnd.test(line)) fenceEnd = undefined
    } else if (formulaEnd !== undefined) {
      if (line.includes(formulaEnd) || start - formulaStart > maxFormulaChars) formulaEnd = undefined
    } else {
      const [, ticks = '', info = ''] = fence.exec(line) ?? []
      if (ticks !== '' && !(ticks.startsWith('`') && info.includes('`'))) {
        fenceEnd = new RegExp(`^[ \\t>]*${ticks[0]}{${ticks.length},}[ \\t]*$`)
      } else {
        formulaEnd = findOpenFormula(line)
        formulaStart = start
        const { label, url } = readDefinition(line) ?? {}
        if (label !== undefined && url !== undefined && !urls.has(label)) {
          urls.set(label, url)
          labels.push(label)
        }
      }
    }
    const isOpen = fenceEnd !== undefined || formulaEnd !== undefined
    isAfterBlank = !isOpen && isEmpty
    isAfterPlain = !isOpen && !wasOpen && !isEmpty && isPlain(line)
  }

  return (text) => {
    if (text.length < knownChars || !text.startsWith(knownEnd, knownChars - knownEnd.length)) reset()
    knownChars = text.length
    knownEnd = text.slice(-200)
    for (let end = text.indexOf('\n', lineStart); end !== -1; end = text.indexOf('\n', lineStart)) {
      const line = text.slice(lineStart, end)
      const how = toCut(line, lineStart)
      if (how) cut(text, lineStart, how)
      read(line, lineStart)
      lineStart = end + 1
    }
    // The line that still grows: it begins a block of its own as soon as that is sure.
    const line = text.slice(lineStart)
    const how = isUndecided(line) ? undefined : toCut(line, lineStart)
    if (how) cut(text, lineStart, how)
    const rest = text.slice(blockStart)
    const blocks = rest.trim() === '' ? last : [...last, { text: rest, isContinued }]
    if (labels.length > definitions.count) definitions = { urls, labels, count: labels.length }
    return { groups: [...full, ...(blocks.length === 0 ? [] : [{ blocks }])], definitions }
  }
}
