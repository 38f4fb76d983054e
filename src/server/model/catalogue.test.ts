import { expect, test } from 'vitest'
import { catalogue, mergeModels, parseModels } from './catalogue.ts'

test('the built-in list is one that a models file could hold, its default neither retired nor old', () => {
  expect(parseModels(JSON.parse(JSON.stringify(catalogue)))).toEqual(catalogue)
  expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length)
  expect(catalogue[0]?.retiresAt).toBeUndefined()
})

test('only models switched by enable_thinking are switchable; QVQ and the thinking ids always think', () => {
  for (const model of catalogue) {
    expect(model.switch === 'enable_thinking').toBe(model.thinking === 'switchable')
    if (/^qvq|-thinking$/.test(model.id)) expect(model.thinking).toBe('always')
  }
  expect(catalogue.find(({ id }) => id === 'qvq-max')).toMatchObject({ isStreamOnly: true, pixels: { factor: 28 } })
})

test('QVQ ends at the dates that are known of it', () => {
  const end = (wanted: string) => catalogue.find(({ id }) => id === wanted)?.retiresAt
  expect([end('qvq-max'), end('qvq-plus')]).toEqual(['2026-10-10', '2026-07-13'])
})

test('the same id overrides where it stands, a new id comes behind', () => {
  const [first, second] = catalogue
  if (!first || !second) throw new Error('the catalogue is empty')
  const merged = mergeModels(
    [first, second],
    [
      { ...first, label: 'Mine' },
      { ...first, id: 'new' },
    ],
  )
  expect(merged.map(({ id, label }) => [id, label])).toEqual([
    [first.id, 'Mine'],
    [second.id, second.label],
    ['new', first.label],
  ])
})

test.each([
  ['no list', {}, /models/],
  ['a wrong field', [{ ...catalogue[0], thinking: 'sometimes' }], /0\.thinking/],
  [
    'a price without tiers',
    [{ ...catalogue[0], prices: [{ region: 'china', currency: 'CNY', asOf: 'x' }] }],
    /0\.prices\.0\.tiers/,
  ],
])('%s is named by its place', (_name, value, message) => {
  expect(() => parseModels(value)).toThrow(message)
})
