import sharp from 'sharp'
import { expect, test } from 'vitest'
import { findHints } from './find-hints.ts'

/** Letters of our own, so that no font of the machine decides: bars and crosses in lines. */
function print(glyph: number, stroke = 1): { pixels: Uint8Array; width: number; height: number } {
  const [width, height] = [1000, 800]
  const pixels = new Uint8Array(width * height).fill(240)
  for (let top = 30; top + glyph < height - 20; top += glyph * 2.5) {
    for (let left = 30; left + glyph < width - 30; left += glyph * 1.5) {
      for (let step = 0; step < glyph; step += 1) {
        for (const [x, y] of [
          [left, top + step],
          [left + step * 0.8, top + glyph / 2],
          [left + glyph * 0.6, top + step],
        ] as const) {
          for (let right = 0; right < stroke; right += 1) {
            for (let down = 0; down < stroke; down += 1) {
              pixels[(Math.round(y) + down) * width + Math.round(x) + right] = 30
            }
          }
        }
      }
    }
  }
  return { pixels, width, height }
}

const blur = async ({ pixels, width, height }: ReturnType<typeof print>, sigma: number) => {
  const raw = await sharp(pixels, { raw: { width, height, channels: 1 } })
    .blur(sigma)
    .toColourspace('b-w')
    .raw()
    .toBuffer()
  return { pixels: new Uint8Array(raw), width, height }
}
const hintsOf = ({ pixels, width, height }: ReturnType<typeof print>) => findHints(pixels, width, height)

test('print of a good size, sharp, gets no hint; tiny print and a blur each get theirs', async () => {
  expect(hintsOf(print(16))).toEqual([])
  expect(hintsOf(print(5))).toEqual(['small-text'])
  expect(hintsOf(await blur(print(40, 5), 5))).toEqual(['blurred'])
})

test('a flat colour, noise and a soft gradient are no fault', () => {
  const size = 600
  const draw = (value: (index: number) => number) =>
    Uint8Array.from({ length: size * size }, (_, index) => value(index))
  let seed = 1
  const noise = () => (seed = (seed * 48_271) % 2_147_483_647) % 256
  for (const pixels of [draw(() => 200), draw(noise), draw((index) => ((index % size) / size) * 60)]) {
    expect(findHints(pixels, size, size)).toEqual([])
  }
})
