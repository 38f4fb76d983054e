import { expect, test } from 'vitest'
import { thinksByDefault, type Model } from './config.ts'

const model = (thinking: Model['thinking'], thinkingDefault: boolean): Model => ({
  id: 'm',
  label: 'M',
  thinking,
  thinkingDefault,
  switch: 'none',
  media: ['image'],
})

test('a model that always thinks does so whatever its default says, one that never does never', () => {
  expect(thinksByDefault(model('always', false))).toBe(true)
  expect(thinksByDefault(model('never', true))).toBe(false)
  expect(thinksByDefault(model('switchable', true))).toBe(true)
  expect(thinksByDefault(model('switchable', false))).toBe(false)
})
