import { expect, test } from 'vitest'
import { fitSize, toLongParts, toMaxSide, toStoredBounds } from './picture-size.ts'

const size = (width: number, height: number) => ({ width, height })

test('a size is held within area and side, and never enlarged', () => {
  expect(fitSize(size(4000, 3000), 2_621_440, 4096)).toEqual(size(1869, 1402))
  expect(fitSize(size(12_000, 1_000), Infinity, 4096)).toEqual(size(4096, 341))
  expect(fitSize(size(300, 200), 2_621_440, 4096)).toEqual(size(300, 200))
})

test('only very long pictures may be longer than others, and none has more pixels', () => {
  expect([toMaxSide(size(5000, 1000)), toMaxSide(size(5001, 1000)), toMaxSide(size(100, 900))]).toEqual([
    4096, 7680, 7680,
  ])
  for (const [width, height] of [
    [20_000, 3_999],
    [60_000, 300],
    [690, 15_420],
    [5000, 5000],
  ] as const) {
    const bounds = toStoredBounds(size(width, height))
    expect(Math.max(bounds.width, bounds.height)).toBeLessThanOrEqual(7680)
    expect(bounds.width * bounds.height).toBeLessThanOrEqual(4097 ** 2)
  }
})

test.each([
  [690, 15_420, 5],
  [15_420, 690, 5],
  [1080, 6000, 3],
  [750, 9000, 3],
  [1080, 4000, 2],
  [1170, 2532, 1],
  [4000, 3000, 1],
  [305, 30, 1],
  [1000, 3100, 1],
  [300, 6000, 1],
])('%i × %i is better cut into %i', (width, height, parts) => {
  expect(toLongParts(size(width, height), 2_621_440)).toBe(parts)
})

test('a model that sees more needs fewer parts', () => {
  expect(toLongParts(size(1080, 6000), 16_777_216)).toBe(1)
})
