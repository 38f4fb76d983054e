import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanQuestion } from './clean-question.ts'

const unseen = [
  '',
  ' ',
  '\n\t',
  '\u200B',
  '\u200B\u200C\u200D',
  '\u2060',
  '\uFEFF',
  '\u00AD',
  '\u202E',
  '\u3164',
  '\u115F',
  '\u2800',
  '\u{E0020}',
  '\uFE0F',
  '\u0000\u0007',
  '\u00A0\u3000',
]

test.each(unseen.map((text) => [[...text].map((char) => char.codePointAt(0)?.toString(16)).join(' '), text]))(
  'of %s nothing can be seen',
  (_codes, text) => {
    expect(cleanQuestion(text)).toBe('')
    expect(cleanQuestion(`${text}x${text}`)).toContain('x')
  },
)

test('control characters go, what was written stays', () => {
  expect(cleanQuestion(' a\u0000b\u0007\u001B[31mc\u007F\u0085 \r\n\td\re ')).toBe('ab[31mc \n\td\ne')
  for (const text of ['x = 5', '求 x。', '👩‍🔬?', 'क्ष', 'שאלה\u200F!', '∫₀¹ x dx', '\u2063x'])
    expect(cleanQuestion(text)).toBe(text)
})

test('whatever is written, nothing controls what it is shown on, and cleaning twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const clean = cleanQuestion(text)
      expect(clean.replace(/[\t\n]/g, '')).not.toMatch(/\p{Cc}/u)
      expect(cleanQuestion(clean)).toBe(clean)
    }),
  )
})
