import type { Nodes } from 'mdast'
import { gfmAutolinkLiteralFromMarkdown } from 'mdast-util-gfm-autolink-literal'
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table'
import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal'
import { gfmTable } from 'micromark-extension-gfm-table'
import remarkParse from 'remark-parse'
import { unified, type Processor } from 'unified'
import { formulaFromMarkdown, formulaSyntax, whole } from '../../shared/markdown/formula-syntax.ts'
import { isTooExpensive } from '../../shared/markdown/is-too-expensive.ts'
import { isSafeUrl } from '../../shared/markdown/is-safe-url.ts'
import { parseAnswer } from '../../shared/markdown/parse-answer.ts'
import { createSplitter } from '../../shared/markdown/split-blocks.ts'

type Edit = { from: number; to: number; text: string }

const createReader = (syntax: unknown[], fromMarkdown: unknown[]) =>
  unified()
    .use(remarkParse)
    .use(function (this: Processor) {
      Object.assign(this.data(), { micromarkExtensions: syntax, fromMarkdownExtensions: fromMarkdown })
    })
    .freeze()
/** Whoever opens the file may know of tables, bare links and formulas or not: what one of them takes for code, another takes for HTML. */
const formulaReader = createReader([gfmTable(), formulaSyntax(whole)], [gfmTableFromMarkdown(), formulaFromMarkdown])
const readers = [
  createReader([], []),
  createReader([gfmTable(), gfmAutolinkLiteral()], [gfmTableFromMarkdown(), gfmAutolinkLiteralFromMarkdown()]),
  formulaReader,
]
const maxPasses = 8
/** Without any of these a text has no tag, picture, link or definition. */
const suspicious = /<[a-z/!?]|!\[|\]\(|\]:/i

const longestRun = (text: string) => (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0)

/** Text as code, which nothing in it can end. */
export function toFenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}\n${text}\n${fence}`
}

/**
 * Where what looks like a tag begins. A character reference makes it text wherever it stands (a backslash may belong to an
 * address before it). Formulas and code know none; a blank means nothing to the one and little to the other.
 */
function toEscapes(source: string, from: number, isLiteral: (at: number) => boolean): Edit[] {
  return [...source.matchAll(/<(?=[a-z/!?])/gi)].flatMap(({ index }) => {
    const at = from + index
    if (isLiteral(at)) return [{ from: at + 1, to: at + 1, text: ' ' }]
    let slashes = 0
    while (source[index - 1 - slashes] === '\\') slashes += 1
    return slashes % 2 === 0 ? [{ from: at, to: at + 1, text: '&lt;' }] : []
  })
}
/** What may become a picture somewhere, where only its link may stay. In formulas it is a factorial. */
const toLinks = (source: string, from: number, isLiteral: (at: number) => boolean): Edit[] =>
  [...source.matchAll(/!(?=\[)/g)].map(({ index }) => {
    const at = from + index
    return isLiteral(at) ? { from: at + 1, to: at + 1, text: ' ' } : { from: at, to: at + 1, text: '' }
  })

type Context = { isFormula: (at: number) => boolean; hasDefinitions: boolean }

function toEdits(node: Nodes, text: string, context: Context): Edit[] {
  const from = node.position?.start.offset ?? 0
  const to = node.position?.end.offset ?? from
  const source = text.slice(from, to)
  const toCode = () => {
    const ticks = '`'.repeat(longestRun(text) + 1)
    return [{ from, to, text: `${ticks} ${source} ${ticks}` }]
  }
  switch (node.type) {
    case 'html':
      return toEscapes(source, from, context.isFormula)
    case 'code': {
      // One by its indentation alone may be none where a list goes before.
      if (/^[`~]/.test(source)) return []
      const edits = [...toEscapes(source, from, () => true), ...toLinks(source, from, () => true)]
      return edits.sort((a, b) => a.from - b.from)
    }
    case 'text':
      // A definition that stands elsewhere could make it a picture.
      return context.hasDefinitions ? toLinks(source, from, context.isFormula) : []
    case 'image':
    case 'imageReference':
      return toLinks('![', from, context.isFormula)
    case 'definition':
      return isSafeUrl(node.url) ? [] : toCode()
    case 'link':
      if (!isSafeUrl(node.url)) return toCode()
      return node.children.flatMap((child) => toEdits(child, text, context))
    default:
      return 'children' in node ? node.children.flatMap((child) => toEdits(child, text, context)) : []
  }
}

/** Whether a place in the text is within a formula; looked for when first asked. */
function findFormulas(text: string): (at: number) => boolean {
  let ranges: [from: number, to: number][] | undefined
  const walk = (node: Nodes): [number, number][] => {
    const { start, end } = node.position ?? {}
    if (node.type === 'formula') return [[start?.offset ?? 0, end?.offset ?? 0]]
    return 'children' in node ? node.children.flatMap(walk) : []
  }
  return (at) => (ranges ??= walk(formulaReader.parse(text))).some(([from, to]) => at >= from && at < to)
}

/** `edits` stand in the order of the text. */
function apply(text: string, edits: Edit[]): string {
  let end = 0
  const parts = edits.flatMap(({ from, to, text: put }) => {
    const before = text.slice(end, from)
    end = to
    return [before, put]
  })
  return parts.join('') + text.slice(end)
}

function toSafe(block: string, hasDefinitions: boolean): string {
  if (!suspicious.test(block)) return block
  let text = block
  for (let pass = 0; pass < maxPasses; pass += 1) {
    const before = text
    for (const reader of readers) {
      text = apply(text, toEdits(reader.parse(text), text, { isFormula: findFormulas(text), hasDefinitions }))
    }
    if (text === before) return text
  }
  return toFenced(block)
}

const closers = ['```', '~~~', '````', '$$', '\\]']
const probe = 'x7f3probe'

/** A text that ends within a fence or a formula would take the rest of the file along. */
function toClosed(text: string): string {
  const isClosed = (candidate: string) => {
    const last = parseAnswer(`${candidate}\n\n${probe}`).children.at(-1)
    return last?.type === 'paragraph' && last.children.length === 1 && last.children[0]?.type === 'text'
  }
  if (isClosed(text)) return text
  const closer = closers.find((each) => isClosed(`${text}\n${each}`))
  return closer === undefined ? text : `${text}\n${closer}`
}

/**
 * Markdown that means the same to us, and to whoever else reads it no HTML, no picture that is fetched, and no link but to
 * the web or a mailbox. It ends outside every fence and formula. `hasDefinitions`: the file may name addresses elsewhere.
 */
export function toSafeMarkdown(text: string, hasDefinitions: boolean): string {
  const blocks = createSplitter()(text.trim()).groups.flatMap((group) => group.blocks)
  const pieces: string[] = []
  for (const [index, block] of blocks.entries()) {
    const source = block.text.slice(block.headChars).trimEnd()
    const isLast = index === blocks.length - 1
    const piece = isTooExpensive(source) ? toFenced(source) : toSafe(isLast ? toClosed(source) : source, hasDefinitions)
    pieces.push(`${piece}${block.isContinued || blocks[index + 1]?.isContinued ? '\n' : '\n\n'}`)
  }
  return pieces.join('').trimEnd()
}
