import { expect, test } from 'vitest'
import { estimateCost } from './cost.ts'
import { imageTokens } from './image-tokens.ts'

const qvq = { factor: 28, min: 3_136, max: 1_003_520 }
const qwen = { factor: 32, min: 65_536, max: 2_621_440, highMax: 16_777_216 }

test('the documented 1024 × 406 picture is 520 tokens on QVQ: half a patch goes to the even number', () => {
  expect(imageTokens(1024, 406, qvq)).toBe(520)
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
