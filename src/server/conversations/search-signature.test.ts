import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normaliseForSearch, mightContain, toGrams, toSignature } from './search-signature.ts'

const text = fc.array(fc.constantFrom('面积是十八', '周长', 'Triangle', ' ', 'x²', '😀', 'ＡＢＣ', '\n', 'pi'), {
  maxLength: 30,
})

test('a signature never leaves out what is in the text, in any width and case', () => {
  return fc.assert(
    fc.asyncProperty(text, fc.nat(200), fc.integer({ min: 1, max: 8 }), async (pieces, from, length) => {
      const folded = normaliseForSearch(pieces.join(''))
      const term = folded.slice(from, from + length).trim()
      fc.pre(term !== '' && !/\s/.test(term))
      expect(mightContain(await toSignature(folded, async () => {}), toGrams(term))).toBe(true)
    }),
  )
})

test('it leaves out most of what is not in the text, two Chinese characters too', async () => {
  const folded = normaliseForSearch(
    '在三角形中，面积等于底乘高的一半。'.repeat(3) + 'Then the area of the triangle is one half.',
  )
  const signature = await toSignature(folded, async () => {})
  const absent = ['周长', '圆心', '概率', '抛物', 'circle', 'probability', 'vector', 'matrix', 'limit', 'ellipse']
  expect(absent.filter((term) => mightContain(signature, toGrams(term))).length).toBeLessThanOrEqual(2)
  expect(mightContain(signature, toGrams('面积'))).toBe(true)
})
