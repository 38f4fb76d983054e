import sharp from 'sharp'
import { expect, test } from 'vitest'
import { drawCard, type Card } from './draw-card.ts'
import { createCardRenderer } from './render-card.ts'

const renderNode = createCardRenderer()
const render = async (card: Card) => await renderNode(drawCard(card))
const card = { question: '求面积', answer: '面积为 \\(\\frac{1}{2}\\)。', note: 'AI', appName: 'ShowWork' }
/** Which share of a region, in pixels, is not paper. */
async function inkOf(png: Uint8Array, region: { left: number; top: number; width: number; height: number }) {
  const { data } = await sharp(png).extract(region).greyscale().raw().toBuffer({ resolveWithObject: true })
  return data.filter((value) => value < 200).length / data.length
}

test('a card is as large as chats want it and shows question and answer, Chinese and formulas too', async () => {
  const png = await render(card)
  const { format, width, height } = await sharp(png).metadata()
  expect({ format, width, height }).toEqual({ format: 'png', width: 1200, height: 630 })
  const heading = { left: 60, top: 50, width: 140, height: 60 }
  const answer = { left: 60, top: 125, width: 220, height: 60 }
  expect(await inkOf(png, heading)).toBeGreaterThan(0.08)
  expect(await inkOf(png, answer)).toBeGreaterThan(0.04)
  // Another character is another picture: no two of them are the same empty box.
  const other = await render({ ...card, question: '求体积' })
  const [a, b] = await Promise.all([png, other].map((each) => sharp(each).extract(heading).raw().toBuffer()))
  expect(a?.equals(b ?? Buffer.alloc(0))).toBe(false)
})

test.each([
  ['nothing', ''],
  ['a formula without end', '\\(\\frac{1'],
  ['deep nesting', '> '.repeat(3_000) + 'x'],
  ['thousands of roots', '\\(' + '\\sqrt{'.repeat(400) + 'x' + '}'.repeat(400) + '\\)'],
  ['a table, code and a list', '| a | b |\n|--|--|\n| $x$ | 2 |\n\n```\ncode\n```\n\n1. one\n2. two'],
  [
    'every kind of formula',
    '\\[ \\begin{cases} x^2_1 \\\\ \\vec{v} \\end{cases} \\overline{AB} \\sum_{k}^n \\sqrt[3]{x} \\boxed{1} \\]',
  ],
])('an answer of %s gives a card', async (_name, answer) => {
  expect((await render({ ...card, answer })).byteLength).toBeGreaterThan(2_000)
})
