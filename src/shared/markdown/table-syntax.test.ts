import type { Nodes } from 'mdast'
import { expect, test } from 'vitest'
import { parseAnswer } from './parse-answer.ts'

/** The cells of each row of the tables in it, each as its formulas and text. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = []
  const toText = (node: Nodes): string =>
    node.type === 'formula'
      ? `⟨${node.value}⟩`
      : 'children' in node
        ? node.children.map(toText).join('')
        : 'value' in node
          ? node.value
          : ''
  const walk = (node: Nodes) => {
    if (node.type === 'tableRow') rows.push(node.children.map(toText))
    else if ('children' in node) node.children.forEach(walk)
  }
  walk(parseAnswer(text))
  return rows
}
const table = (...cells: string[]) => `| a | b |\n| --- | --- |\n${cells.map((cell) => `| ${cell} | 1 |`).join('\n')}\n`

test.each([
  ['$|x|$', '⟨|x|⟩'],
  ['\\(|x - 3|\\)', '⟨|x - 3|⟩'],
  ['条件概率$P(A|B)$是', '条件概率⟨P(A|B)⟩是'],
  ['$$|x| = |y|$$ and $|z|$', '⟨|x| = |y|⟩ and ⟨|z|⟩'],
  ['$\\left|x\\right|$', '⟨\\left|x\\right|⟩'],
  ['$\\|x\\|$', '⟨\\|x\\|⟩'],
  ['\\$5', '$5'],
  ['a \\| b', 'a | b'],
])('a pipe in the formula of a cell divides nothing: %s', (cell, shown) => {
  expect(rowsOf(table(cell, 'next'))).toEqual([
    ['a', 'b'],
    [shown, '1'],
    ['next', '1'],
  ])
})

test.each([
  ['$5', ['$5', '1']],
  ['$x', ['$x', '1']],
  ['$5 | $6', ['$5', '$6', '1']],
  ['\\(x', ['(x', '1']],
  ['\\\\(x', ['\\(x', '1']],
])('what is no formula in a cell ends at the pipe: %s', (cell, row) => {
  expect(rowsOf(table(cell))[1]).toEqual(row)
})

test('in the head, without outer bars and in a quote as well', () => {
  expect(rowsOf('$|a|$ | b\n--- | ---\n1 | $|c|$\n')).toEqual([
    ['⟨|a|⟩', 'b'],
    ['1', '⟨|c|⟩'],
  ])
  expect(rowsOf('> | $|a|$ | b |\n> | - | - |\n> | 1 | \\(|c|\\) |\n')).toEqual([
    ['⟨|a|⟩', 'b'],
    ['1', '⟨|c|⟩'],
  ])
})
