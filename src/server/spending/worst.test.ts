import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Model, Price } from '../../shared/config.ts'
import { estimateCost } from '../../shared/cost.ts'
import { imageTokens, videoTokens } from '../../shared/image-tokens.ts'
import type { TurnMedia } from '../model/contract.ts'
import { catalogue } from '../model/catalogue.ts'
import { toWorst, toWorstAmount } from './worst.ts'

const read = async () => new Uint8Array()
const picture: TurnMedia = { mime: 'image/png', read }
const videoOf = (frames?: number): TurnMedia => ({
  ...picture,
  video: { fps: 2, url: 'https://a.example/v.mp4', ...(frames !== undefined && { frames }) },
})
const inputOf = (model: Model, media: TurnMedia[], high: boolean) =>
  toWorst(model, { enabled: true }, [{ question: '', media }], high).input

const side = fc.integer({ min: 11, max: 4_096 })
const size = fc
  .record({ width: side, height: side })
  .filter(({ width, height }) => Math.max(width, height) / Math.min(width, height) < 200)

describe.each(catalogue.map((model) => [model.id, model] as const))('%s', (_id, model) => {
  const { pixels, video, maxInputTokens = Infinity } = model

  test('a picture or video of any size uses no more than is set aside for it', () => {
    fc.assert(
      fc.property(size, fc.boolean(), fc.integer({ min: 4, max: 8_000 }), ({ width, height }, high, many) => {
        if (!pixels || !video) return
        const frames = Math.min(many, video.maxFrames)
        expect(imageTokens(width, height, pixels, high)).toBeLessThanOrEqual(inputOf(model, [picture], high))
        const used = Math.min(videoTokens(width, height, frames, pixels, video), maxInputTokens)
        expect(used).toBeLessThanOrEqual(inputOf(model, [videoOf(frames)], high))
        expect(used).toBeLessThanOrEqual(inputOf(model, [videoOf()], high))
      }),
    )
  })

  test('thinking and answer may be as long as the model writes them, and thinking no longer than the budget', () => {
    const { maxBudget = 0, maxOutputTokens = 0 } = model
    const outputOf = (thinking: { enabled: boolean; budget?: number }) => toWorst(model, thinking, [], false).output
    expect(outputOf({ enabled: true })).toBe(maxBudget + maxOutputTokens)
    expect(outputOf({ enabled: true, budget: 1_000 })).toBe(1_000 + maxOutputTokens)
    if (model.thinking === 'switchable') expect(outputOf({ enabled: false })).toBe(maxOutputTokens)
  })
})

test('a short list of frames sets aside little, a whole video much, and more frames never less', () => {
  const [model] = catalogue
  if (!model) throw new Error('The catalogue is empty.')
  expect(inputOf(model, [videoOf(4)], false)).toBeLessThan(3_000)
  expect(inputOf(model, [videoOf()], false)).toBeGreaterThan(400_000)
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 7_999 }), fc.boolean(), (frames, high) => {
      expect(inputOf(model, [videoOf(frames)], high)).toBeLessThanOrEqual(inputOf(model, [videoOf(frames + 1)], high))
    }),
  )
})

test('text has at most as many tokens as bytes, earlier turns and the thinking that is wanted back included', () => {
  const [model] = catalogue.filter(({ wantsThinkingBack }) => wantsThinkingBack)
  if (!model) throw new Error('No model wants its thinking back.')
  const turns = [
    { question: '字'.repeat(100), media: [], thinkingText: '7'.repeat(1_000), answerText: '😀'.repeat(100) },
    { question: 'And then?', media: [] },
  ]
  expect(toWorst(model, { enabled: true }, turns, false).input).toBeGreaterThan(300 + 1_000 + 400)
})

test('of a model whose limits nobody named as much is set aside as of the largest', () => {
  const unnamed: Model = {
    id: 'u',
    label: 'U',
    thinking: 'always',
    thinkingDefault: true,
    switch: 'none',
    media: ['image'],
  }
  for (const model of catalogue) {
    for (const media of [[picture], [videoOf()]]) {
      const turns = [{ question: '', media }]
      const worst = toWorst(model, { enabled: true }, turns, true)
      const most = toWorst(unnamed, { enabled: true }, turns, true)
      expect([worst.input <= most.input, worst.output <= most.output], model.id).toEqual([true, true])
    }
  }
})

test('whatever a price list is like, no use within the worst costs more', () => {
  const tokens = fc.integer({ min: 0, max: 1_000_000 })
  const cents = fc.integer({ min: 0, max: 5_000 }).map((value) => value / 100)
  const tier = fc.record({ input: cents, output: cents })
  const prices = fc.record({
    bounds: fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 3 }),
    tiers: fc.array(tier, { minLength: 4, maxLength: 4 }),
  })
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(prices, tokens, tokens, share, share, ({ bounds, tiers }, input, output, ofInput, ofOutput) => {
      const upTo = [...bounds.toSorted((a, b) => a - b), undefined]
      const price: Price = {
        region: 'china',
        currency: 'CNY',
        asOf: '2026-11-01',
        tiers: upTo.map((bound, index) => ({
          ...(bound !== undefined && { upTo: bound }),
          input: tiers[index]?.input ?? 0,
          output: tiers[index]?.output ?? 0,
        })),
      }
      const model = { ...catalogue[0], prices: [price] } as Model
      const usage = { inputTokens: Math.floor(input * ofInput), outputTokens: Math.floor(output * ofOutput) }
      const most = toWorstAmount(model, { input, output }).cost
      expect(Math.ceil((estimateCost(price, usage) ?? 0) * 1e6)).toBeLessThanOrEqual(most)
    }),
    { numRuns: 500 },
  )
})
