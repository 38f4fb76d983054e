import { noDefinitions, readDefinition, type Definitions } from './definitions.ts'
import { findFenceEnd, readFence, type Fence } from './fences.ts'
import { findOpenFormula } from './open-formula.ts'
import { findSentenceEnd } from './sentence-end.ts'

/** Of a block that is nothing but a fence of code: its language and where its lines stand in the block's text. */
export type Code = { language: string; start: number; end: number; isClosed: boolean }

/** A piece of the text that renders the same alone as in the whole. */
export type Block = {
  text: string
  /** Goes on where a very long paragraph, list or table before it was cut. */
  isContinued: boolean
  /** Of the head of the table that it continues and repeats. */
  headChars: number
  code: Code | undefined
}
export const toClassName = ({ isContinued, headChars }: Block) =>
  `md-block${isContinued ? ' md-continued' : ''}${headChars > 0 ? ' md-headless' : ''}`

/** Blocks that are looked at, drawn and left alone together. A group that is full never changes. */
export type Group = { blocks: readonly Block[] }
export type Split = {
  groups: readonly Group[]
  definitions: Definitions
}

const blocksPerGroup = 20
/** Where a list, table or paragraph is this long, it is cut at its next item, row or line. */
const maxPieceChars = 2_500
/** A display formula this long has no end: its opening was none. */
const maxFormulaChars = 6_000

const marker = /^ {0,1}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/
const isContinuation = (line: string) => /^(?:\s{2,}|\t|\s*[-*+](?:\s|$)|\s*\d{1,9}[.)](?:\s|$))/.test(line)
/** The beginning of a line that may still become a list item, or indented further. */
const isUndecided = (line: string) => /^\s*(?:[-*+]|\d{1,9}[.)]?)?$/.test(line)
const isItem = (line: string) => /^\s*(?:[-*+]|\d{1,9}[.)])\s/.test(line)
const heading = /^#{1,6}[ \t]/
/** A line that begins no block of its own, whatever stands before it. */
const isPlain = (line: string) => /^(?:[^\s|>#`~$\\]|\$[^$\s]|\\\()/.test(line)
const isRow = (line: string) => /^[ \t>]*\|/.test(line)
const isDelimiterRow = (line: string) => /^[\s>|:-]+$/.test(line) && line.includes('-') && line.includes('|')

type Cut = 'new' | 'continued' | 'table'

/**
 * Splits a text that only grows, reading each line once: `split(text, isGrowing)` gives the pieces of the text so far.
 * Cuts stand at blank lines outside fences, formulas and lists, around fences, and in what is very long; a cut once made
 * stays. Once a text has stopped growing, a formula without an end holds nothing together.
 */
export function createSplitter(): (text: string, isGrowing?: boolean) => Split {
  /** So much of the text is known, and ends like this: comparing all of it would cost more than splitting. */
  let knownChars = 0
  let knownEnd = ''
  let whole: { text: string; split: Split } | undefined
  let full: Group[] = []
  let last: Block[] = []
  let urls = new Map<string, string>()
  let labels: string[] = []
  let definitions = noDefinitions
  /** Offsets: of the block that grows, of the first line not read, and how far that was searched for a sentence's end. */
  let blockStart = 0
  let lineStart = 0
  let searched = 0
  /** What the block repeats of the one that it continues. */
  let prefix = ''
  let isContinued = false
  let headChars = 0
  let isList = false
  /** Whether the block begins within an item of a list. */
  let isItemRest = false
  let isBlank = true
  let isAfterBlank = false
  let isAfterPlain = false
  /** The head of the table that the block ends with. */
  let head = ''
  let rowBefore = ''
  let fence: Fence | undefined
  /** Whether the block is nothing but a fence, where its lines begin and end. */
  let code: Code | undefined
  let formulaEnd: string | undefined
  let formulaStart = 0
  /** What closes formulas does not stand before these offsets. */
  let missing = new Map<string, number>()

  function reset() {
    full = []
    last = []
    urls = new Map()
    labels = []
    definitions = noDefinitions
    blockStart = lineStart = searched = knownChars = 0
    missing = new Map()
    fence = formulaEnd = undefined
    whole = undefined
    begin(0, undefined)
  }

  /** Begins a block. */
  function begin(start: number, how: Cut | undefined) {
    blockStart = start
    prefix = how === 'table' ? head : ''
    isContinued = how === 'continued' || how === 'table'
    headChars = how === 'table' ? head.length : 0
    isList = isItemRest = isAfterPlain = isAfterBlank = false
    isBlank = true
    code = undefined
    if (how !== 'table') head = ''
    rowBefore = ''
  }

  const toBlock = (text: string, end: number): Block => ({
    text: prefix + text.slice(blockStart, end),
    isContinued,
    headChars,
    code: code && !code.isClosed ? { ...code, end: end - blockStart } : code,
  })

  function cut(text: string, start: number, how: Cut) {
    if (text.slice(blockStart, start).trim() !== '') {
      last = [...last, toBlock(text, start)]
      if (last.length === blocksPerGroup) {
        full.push({ blocks: last })
        last = []
      }
    }
    begin(start, how)
  }

  /** Whether the block ends before this line, and how. */
  function toCut(line: string, start: number): Cut | undefined {
    if (fence || formulaEnd !== undefined || isBlank || line.trim() === '') return undefined
    if (code || (isAfterBlank && !(isList && isContinuation(line)))) return 'new'
    if (isItemRest && isItem(line)) return 'continued'
    if (start - blockStart < maxPieceChars) return undefined
    if (heading.test(line)) return 'new'
    if (head !== '' && !isList) return isRow(line) ? 'table' : undefined
    if (isList) return marker.test(line) ? 'continued' : undefined
    return isAfterPlain && isPlain(line) ? 'continued' : undefined
  }

  function readTable(line: string) {
    if (head !== '' && line.trim() === '') head = ''
    if (head === '' && rowBefore.includes('|') && isDelimiterRow(line)) head = `${rowBefore}\n${line}\n`
    rowBefore = line
  }

  function read(text: string, line: string, start: number) {
    const isEmpty = line.trim() === ''
    if (isBlank && !isEmpty) isList = isContinuation(line)
    const wasBlank = isBlank
    isBlank &&= isEmpty
    const wasOpen = fence !== undefined || formulaEnd !== undefined
    if (fence) {
      if (findFenceEnd(line, fence) !== undefined) {
        fence = undefined
        if (code) code = { ...code, end: start - blockStart, isClosed: true }
      }
    } else if (formulaEnd !== undefined) {
      formulaEnd = findOpenFormula(line, formulaEnd)
      if (formulaEnd !== undefined && start - formulaStart > maxFormulaChars) giveUpFormula(text, start)
    } else {
      fence = readFence(line)
      if (fence) {
        const [language = ''] = /^[^\s`]*/.exec(fence.rest.trim()) ?? []
        if (fence.at === 0 && !wasBlank) cut(text, start, 'new')
        isBlank = false
        const lines = start - blockStart + line.length + 1
        if (fence.at === 0) code = { language, start: lines, end: lines, isClosed: false }
      } else {
        readTable(line)
        formulaEnd = findOpenFormula(line)
        formulaStart = start
        if (formulaEnd !== undefined && start < (missing.get(formulaEnd) ?? 0)) formulaEnd = undefined
        const { label, url } = readDefinition(line) ?? {}
        if (label !== undefined && url !== undefined && !urls.has(label)) {
          urls.set(label, url)
          labels.push(label)
        }
      }
    }
    const isOpen = fence !== undefined || formulaEnd !== undefined
    isAfterBlank = !isOpen && isEmpty
    isAfterPlain = !isOpen && !wasOpen && !isEmpty && isPlain(line)
  }

  /** The lines behind an opening that has no end are read once more, as what they are without it. */
  function giveUpFormula(text: string, readTo: number) {
    if (formulaEnd === undefined) return
    missing.set(formulaEnd, readTo)
    formulaEnd = undefined
    const next = text.indexOf('\n', formulaStart)
    lineStart = next === -1 ? text.length : next + 1
  }

  /** Cuts a line that is very long at the ends of sentences. */
  function cutLong(text: string, end: number, isGrowing: boolean) {
    if (end - Math.max(blockStart, lineStart) < maxPieceChars) return
    if (fence || formulaEnd !== undefined || head !== '') return
    const lineHead = text.slice(lineStart, lineStart + 40)
    if (isRow(lineHead) || heading.test(lineHead)) return
    const quote = /^(?: {0,3}>[ \t]?)*/.exec(lineHead)?.[0] ?? ''
    for (searched = Math.max(searched, lineStart); ;) {
      const found = findSentenceEnd(text, blockStart, searched, end, isGrowing)
      searched = found.at
      if (found.beginning === undefined) return
      const isInItem = isList || isItemRest
      cut(text, found.beginning, 'continued')
      isBlank = false
      isItemRest = isInItem
      prefix = quote
    }
  }

  /** Takes what stands right behind a closing fence for a line of its own. */
  function passFence(line: string): string {
    const end = fence && findFenceEnd(line, fence)
    return end === undefined || line.slice(end).trim() === '' ? line : line.slice(0, end)
  }

  function takeLine(text: string, end: number) {
    const line = passFence(text.slice(lineStart, end))
    const start = lineStart
    const how = toCut(line, start)
    if (how) cut(text, start, how)
    cutLong(text, start + line.length, false)
    lineStart = start + line.length
    if (lineStart === end) lineStart += 1
    read(text, line, start)
  }

  /** The line that still grows: it begins a block of its own as soon as that is sure. */
  function takeGrowing(text: string) {
    if (passFence(text.slice(lineStart)) !== text.slice(lineStart)) takeLine(text, text.length)
    const line = text.slice(lineStart)
    const how = isUndecided(line) ? undefined : toCut(line, lineStart)
    if (how) cut(text, lineStart, how)
    cutLong(text, text.length, true)
  }

  function takeLast(text: string) {
    while (lineStart < text.length || formulaEnd !== undefined) {
      if (lineStart >= text.length) giveUpFormula(text, text.length)
      const end = text.indexOf('\n', lineStart)
      if (lineStart < text.length) takeLine(text, end === -1 ? text.length : end)
    }
  }

  return (text, isGrowing = false) => {
    if (whole?.text === text) return whole.split
    if (whole || text.length < knownChars || !text.startsWith(knownEnd, knownChars - knownEnd.length)) reset()
    knownChars = text.length
    knownEnd = text.slice(-200)
    for (let end = text.indexOf('\n', lineStart); end !== -1; end = text.indexOf('\n', lineStart)) takeLine(text, end)
    if (isGrowing) takeGrowing(text)
    else takeLast(text)
    const rest = text.slice(blockStart)
    const blocks = rest.trim() === '' ? last : [...last, toBlock(text, text.length)]
    if (labels.length > definitions.count) definitions = { urls, labels, count: labels.length }
    const split = { groups: [...full, ...(blocks.length === 0 ? [] : [{ blocks }])], definitions }
    if (!isGrowing) whole = { text, split }
    return split
  }
}
