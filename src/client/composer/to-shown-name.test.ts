import { expect, test } from 'vitest'
import { toShownName } from './to-shown-name.ts'

const marks = [
  '\u202A',
  '\u202B',
  '\u202C',
  '\u202D',
  '\u202E',
  '\u2066',
  '\u2067',
  '\u2068',
  '\u2069',
  '\u200E',
  '\u200F',
  '\u061C',
]

test('no mark of direction in a name reaches the sentence it stands in', () => {
  for (const mark of marks) expect(toShownName(`page${mark}gpj.exe`)).toBe('pagegpj.exe')
  expect(toShownName('a\u0000b\nc\u0007.png')).toBe('abc.png')
})

test('a name that runs to the left stays among itself', () => {
  expect(toShownName('תרגיל 3.png')).toBe('\u2068תרגיל 3.png\u2069')
  expect(toShownName('\u202Eتمرين.png')).toBe('\u2068تمرين.png\u2069')
})

test('other names stay as they are', () => {
  for (const name of ['page.png', '第 3 题.jpg', 'Übung – a (1).png', 'https://a.example/x.png'])
    expect(toShownName(name)).toBe(name)
})
