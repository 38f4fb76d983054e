import type { Nodes } from 'mdast'
import { expect, test } from 'vitest'
import { toMathTree } from '../../shared/markdown/to-mathml.ts'
import { findChange, parse, seenWhole } from './testing/read-seen.ts'

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
const toText = (node: Nodes): string =>
  node.type === 'formula'
    ? ''
    : 'value' in node
      ? node.value
      : 'children' in node
        ? node.children.map(toText).join('')
        : ''

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
  expect(findChange(text)).toBeUndefined()
})
