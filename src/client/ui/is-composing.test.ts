import { expect, test } from 'vitest'
import { createImeGuard } from './is-composing.ts'

function createGuard() {
  let time = 1_000
  const guard = createImeGuard(() => time)
  return { guard, wait: (ms: number) => (time += ms) }
}

test('Enter while composing belongs to the input method', () => {
  expect(createGuard().guard.isComposing({ isComposing: true, keyCode: 229 })).toBe(true)
})

test('Safari’s Enter, just after the composition it ended, too', () => {
  const { guard, wait } = createGuard()
  guard.noteCompositionEnd()
  wait(8)
  expect(guard.isComposing({ isComposing: false, keyCode: 229 })).toBe(true)
})

test('the next real Enter sends, even where the keyboard always says 229', () => {
  const { guard, wait } = createGuard()
  guard.noteCompositionEnd()
  wait(300)
  expect(guard.isComposing({ isComposing: false, keyCode: 229 })).toBe(false)
  expect(guard.isComposing({ isComposing: false, keyCode: 13 })).toBe(false)
})
