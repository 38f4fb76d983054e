import type { Nodes } from 'mdast'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { expect, test } from 'vitest'
import { holdEnd } from './hold-back-end.ts'
import { growingPlugins, wholePlugins } from './plugins.ts'
import { toMathTree } from '../../shared/markdown/to-mathml.ts'
import { createSplitter } from '../../shared/markdown/split-blocks.ts'

type Snippet = { name: string; formulas: number; keeps: string[]; text: string }

/** Each snippet: a line `=== 3` with its count of formulas, lines `keep: …` with what must stay text, then the text. */
function readSnippets(): Snippet[] {
  const files = import.meta.glob<string>('./corpus/*.txt', { query: '?raw', import: 'default', eager: true })
  return Object.entries(files).flatMap(([path, content]) =>
    content
      .split(/^=== /m)
      .slice(1)
      .map((part, index) => {
        const [count = '', ...lines] = part.trimEnd().split('\n')
        const first = lines.findIndex((line) => !line.startsWith('keep: '))
        return {
          name: `${path.replace(/^.*\/|\.txt$/g, '')} ${index + 1}`,
          formulas: Number(count),
          keeps: lines.slice(0, first).map((line) => line.slice(6)),
          text: lines.slice(first).join('\n'),
        }
      }),
  )
}

const snippets = readSnippets()
const growing = unified().use(remarkParse).use(growingPlugins).freeze()
const whole = unified().use(remarkParse).use(wholePlugins).freeze()

function parse(text: string, isGrowing: boolean) {
  const value = isGrowing ? holdEnd(text) : text
  const processor = isGrowing ? growing : whole
  return processor.runSync(processor.parse(value), { value } as never) as Nodes
}

/** What a reader sees, in order: each element as it begins, text without its spaces, formulas that are there. */
function toSeen(node: Nodes): string {
  if (node.type === 'formula') return node.isPending ? '' : `⟦${node.value}⟧`
  if ('value' in node) return (node.type === 'text' ? '' : `<${node.type}>`) + node.value.replace(/\s+/g, '')
  const inside = 'children' in node ? node.children.map(toSeen).join('') : ''
  if (/^(?:root|paragraph|tableRow|tableCell|link|break|tied)$/.test(node.type)) return inside
  // An item that is still empty is not seen.
  return inside === '' && node.type !== 'thematicBreak' ? '' : `<${node.type}>${inside}`
}

const toText = (node: Nodes): string =>
  node.type === 'formula'
    ? ''
    : 'value' in node
      ? node.value
      : 'children' in node
        ? node.children.map(toText).join('')
        : ''

/** What is seen of a text as the page shows it, block by block. */
function createReader() {
  const split = createSplitter()
  const known = new Map<string, string>()
  return (text: string) => {
    const blocks = split(text).groups.flatMap((group) => group.blocks)
    return blocks
      .map((block, index) => {
        const isGrowing = index === blocks.length - 1
        const seen = isGrowing ? undefined : known.get(block.text)
        const now = seen ?? toSeen(parse(block.text, isGrowing))
        if (!isGrowing) known.set(block.text, now)
        return now
      })
      .join('')
  }
}

const seenWhole = (text: string) =>
  createSplitter()(text)
    .groups.flatMap((group) => group.blocks)
    .map((block) => toSeen(parse(block.text, false)))
    .join('')

test('the corpus is large, bilingual and long enough', () => {
  expect(snippets.length).toBeGreaterThanOrEqual(300)
  const isChinese = ({ text }: Snippet) => /[\u4e00-\u9fff]/.test(text)
  expect(snippets.filter(isChinese).length).toBeGreaterThanOrEqual(100)
  expect(snippets.filter((one) => !isChinese(one)).length).toBeGreaterThanOrEqual(100)
  expect(snippets.filter(({ text }) => text.length > 300).length).toBeGreaterThanOrEqual(snippets.length / 3)
  expect(new Set(snippets.map(({ text }) => text)).size).toBe(snippets.length)
})

test.each(snippets)('$name: formulas are found, and text stays text', ({ formulas, keeps, text }) => {
  const tree = parse(text, false)
  expect(seenWhole(text).match(/⟦/g)?.length ?? 0).toBe(formulas)
  for (const keep of keeps) expect(toText(tree)).toContain(keep)
})

test.each(snippets)('$name: every formula is one KaTeX draws', ({ text }) => {
  for (const [, tex = ''] of seenWhole(text).matchAll(/⟦([^⟧]*)⟧/g)) {
    expect(toMathTree(tex, true), tex).toBeDefined()
  }
})

test.each(snippets)('$name: nothing shown at any beginning is different at the end', ({ text }) => {
  const end = seenWhole(text)
  const read = createReader()
  for (let chars = 1; chars <= text.length; chars += 1) {
    const seen = read(text.slice(0, chars))
    if (end.startsWith(seen)) continue
    let same = 0
    while (seen[same] === end[same]) same += 1
    const at = JSON.stringify(text.slice(Math.max(0, chars - 30), chars))
    expect(`${seen.slice(Math.max(0, same - 20), same + 30)} at ${at}`).toBe(
      end.slice(Math.max(0, same - 20), same + 30),
    )
  }
})
