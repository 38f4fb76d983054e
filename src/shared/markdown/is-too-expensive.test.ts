import { expect, test } from 'vitest'
import { isTooExpensive } from './is-too-expensive.ts'
import { parseAnswer } from './parse-answer.ts'
import { createSplitter } from './split-blocks.ts'

const fill = (piece: string, chars: number) => piece.repeat(Math.floor(chars / piece.length))
/** Each just below what counts as too much, or beyond it. */
const dear: Record<string, string> = {
  'lazy ends of deep quotes': `${'> '.repeat(39)}a\n${'> b\n'.repeat(4_900)}`,
  'lines without a sign in deep quotes': `${'> '.repeat(39)}a\n${'b\n'.repeat(8_000)}`,
  'deep quotes': `${'> '.repeat(39)}a\n`.repeat(240),
  'lists in quotes': `${'> - '.repeat(19)}a\n`.repeat(250),
  'a deep list': Array.from({ length: 190 }, (_, depth) => `${' '.repeat(depth)}- x`).join('\n'),
  'a list': fill('- a\n', 19_000),
  'a table': `|1|2|\n|-|-|\n${fill('|1|2|\n', 19_000)}`,
  'a wide table': `|${'a|'.repeat(300)}\n|${'-|'.repeat(300)}\n${`|${'1|'.repeat(300)}\n`.repeat(5)}`,
  links: fill('[a](b) ', 19_000),
  emphasis: fill('*a ', 19_000),
  addresses: fill('https://a.b ', 19_000),
  breaks: fill('| a  \n', 19_000),
  definitions: Array.from({ length: 1_500 }, (_, at) => `[a${at}]: b`).join('\n'),
  formulas: fill('$x$ ', 19_000),
}
test.each(Object.entries(dear))('%s: no block takes for ever', (_name, text) => {
  const blocks = createSplitter()(text).groups.flatMap((group) => group.blocks.map((block) => block.text))
  const taken = blocks
    .filter((block) => !isTooExpensive(block))
    .map((block) => {
      parseAnswer(block)
      const before = process.cpuUsage()
      parseAnswer(block)
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    })
  expect(Math.max(0, ...taken)).toBeLessThan(2_000)
})

test.each([
  ['an ordinary list', '- an item of a list\n'.repeat(100)],
  ['a table of a hundred rows', `| a | b | c |\n|--|--|--|\n${'| $x$ | **2** | 3 |\n'.repeat(100)}`],
  ['a quoted page', '> so it is said\n'.repeat(300)],
  ['long code', `\`\`\`yaml\n${'- a: b | c\n'.repeat(1_500)}\`\`\``],
  ['a list of three levels', '1. one\n   - two\n     - three\n'.repeat(60)],
])('%s is drawn', (_name, text) => {
  expect(isTooExpensive(text)).toBe(false)
})
