import { expect, test } from 'vitest'
import { isTooExpensive } from '../../shared/markdown/is-too-expensive.ts'
import { createSplitter } from '../../shared/markdown/split-blocks.ts'
import { toFormulaText } from '../../shared/markdown/to-formula-text.ts'
import { toPlainText } from '../../shared/markdown/to-plain-text.ts'
import { holdEnd } from './hold-back-end.ts'
import { parse } from './testing/read-seen.ts'

const chars = 4_000
const minutes = Number(process.env['FUZZ_MINUTES'] ?? 0)
/** Generous: what is worse than linear takes many times as long. */
const maxMs = minutes > 0 ? 100 : 1_500

/** The signs that mean something, alone and as models use them. */
const signs = [
  ...'*|_|~|`|$|$$|\\(|\\)|\\[|\\]|[|]|(|)|!|<|>|&|&amp;|-|+|#|1.|\n|\n\n|\t| |a|中|\\|{|}|%|^|=|.|@|a@|a.b'.split('|'),
  '|',
  'https://',
  'www.',
  '\\begin{align}',
  '\\end{align}',
  '\\boxed{',
  '\\text{',
  '"',
  "'",
  ':',
  '[^',
  '[^1]',
  '<br>',
  '<b>',
  '</b>',
  '<sub>',
  '<div>',
  '<|',
  '```',
  '~~~',
  '> ',
  '- ',
  '|-',
  '\\\\',
  '[a](',
  '[a]: b',
  '\r',
]

function toWorkMs(text: string): number {
  const { user, system } = process.cpuUsage()
  const blocks = createSplitter()(text).groups.flatMap((group) => group.blocks)
  createSplitter()(text, true)
  for (const block of blocks) {
    holdEnd(block.text)
    if (isTooExpensive(block.text)) continue
    parse(block.text, true)
    parse(block.text, false)
  }
  toPlainText(text, 200)
  toFormulaText(text)
  const spent = process.cpuUsage({ user, system })
  return (spent.user + spent.system) / 1000
}
/** The least of a few tries: the first compiles, and others are at work. */
const toLeastMs = (text: string) => {
  let least = toWorkMs(text)
  for (let tries = 0; tries < 3 && least > maxMs; tries += 1) least = Math.min(least, toWorkMs(text))
  return least
}

const fill = (motif: string) => motif.repeat(Math.ceil(chars / motif.length)).slice(0, chars)

test.each(signs)('%j over and over is no work', (sign) => {
  expect(toLeastMs(fill(sign))).toBeLessThan(maxMs)
})

test('nor are a few signs in turn, or one row of signs behind another', { timeout: 60_000 + minutes * 60_000 }, () => {
  let seed = minutes > 0 ? Date.now() % 2_147_483_647 : 1
  const pick = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return signs[seed % signs.length] as string
  }
  const endsAt = Date.now() + minutes * 60_000
  for (let tried = 0; tried < 12 || Date.now() < endsAt; tried += 1) {
    const motif = Array.from({ length: 2 + (tried % 4) }, pick).join('')
    const text =
      tried % 3 === 0 ? fill(motif).slice(0, chars / 2) + fill(pick() + pick()).slice(0, chars / 2) : fill(motif)
    expect(toLeastMs(text), JSON.stringify(text.slice(0, 60) + text.slice(-40))).toBeLessThan(maxMs)
  }
})
