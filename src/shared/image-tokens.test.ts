import { expect, test } from 'vitest'
import { estimateCost } from './cost.ts'
import { imageTokens, videoTokens } from './image-tokens.ts'

const qvq = { factor: 28, min: 3_136, max: 1_003_520 }
const qwen = { factor: 32, min: 65_536, max: 2_621_440, highMax: 16_777_216 }

test('the documented 1024 × 406 picture is 520 tokens on QVQ: half a patch goes to the even number', () => {
  expect(imageTokens(1024, 406, qvq)).toBe(520)
})

test('the documented dog_and_girl.jpeg is 2,503 tokens: any 3:2 photo above the limit is 61 by 41 patches', () => {
  for (const [width, height] of [
    [3000, 2000],
    [6000, 4000],
    [2100, 1400],
  ] as const) {
    expect(imageTokens(width, height, qwen)).toBe(2_503)
    expect(imageTokens(height, width, qwen)).toBe(2_503)
  }
})

test('a half goes to the even neighbour, up as well as down', () => {
  // 48 / 32 = 1.5 and 80 / 32 = 2.5 are both 2 patches; 112 / 32 = 3.5 is 4.
  const rule = { factor: 32, min: 1, max: 1_000_000 }
  expect([48, 80, 112, 144].map((side) => imageTokens(side, 320, rule) - 2)).toEqual([20, 20, 40, 40])
})

test('stays within the model’s pixels, and goes further with high resolution', () => {
  expect(imageTokens(4096, 4096, qwen)).toBe(2_502)
  expect(imageTokens(4096, 4096, qwen, true)).toBe(16_386)
  expect(imageTokens(32, 32, qwen)).toBe(66)
})

test('the tier that holds the input prices all of it, the cached part at its own price', () => {
  const price = {
    region: 'china' as const,
    currency: 'CNY' as const,
    asOf: '2026-11-01',
    tiers: [
      { upTo: 1_000, input: 1, output: 10, cached: 0.1 },
      { input: 2, output: 20 },
    ],
  }
  expect(estimateCost(price, { inputTokens: 1_000, outputTokens: 100, cachedTokens: 500 })).toBeCloseTo(0.00155, 8)
  expect(estimateCost(price, { inputTokens: 1_001, outputTokens: 100 })).toBeCloseTo(0.004002, 8)
})

test('a video counts half its frames, each within the model’s pixels of a frame and of all frames', () => {
  const rule = { minS: 2, maxS: 7_200, minFrames: 4, maxFrames: 8_000, framePixels: 655_360, totalPixels: 819_200_000 }
  expect(videoTokens(640, 360, 10, qwen, rule)).toBe(5 * 20 * 11 + 2)
  expect(videoTokens(640, 360, 11, qwen, rule)).toBe(6 * 20 * 11 + 2)
  // 1920 × 1080 is held to 655,360 pixels: 1079 × 606, down to 33 × 18 patches.
  expect(videoTokens(1920, 1080, 2, qwen, rule)).toBe(33 * 18 + 2)
  expect(videoTokens(1920, 1080, 8_000, qwen, rule)).toBe(4_000 * 18 * 10 + 2)
})
