import fc from 'fast-check'
import { expect, test } from 'vitest'
import { moveBox, toBox } from './move-box.ts'

const picture = { width: 400, height: 300 }
const point = fc.record({ x: fc.integer({ min: -500, max: 900 }), y: fc.integer({ min: -500, max: 900 }) })

test('a box lies within the picture wherever it was drawn and whatever the keys do', () => {
  const keys = fc.array(fc.tuple(fc.constantFrom('ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'), fc.boolean()))
  fc.assert(
    fc.property(point, point, keys, (a, b, presses) => {
      const drawn = toBox(a, b, picture)
      const box = presses.reduce((now, [key, isResizing]) => moveBox(now, key, isResizing, picture) ?? now, drawn)
      for (const { x, y, width, height } of [drawn, box]) {
        expect(Math.min(x, y, width, height)).toBeGreaterThanOrEqual(0)
        expect(x + width).toBeLessThanOrEqual(picture.width)
        expect(y + height).toBeLessThanOrEqual(picture.height)
      }
    }),
  )
})

test('a box drawn from any corner is the same', () => {
  const expected = { x: 10, y: 20, width: 30, height: 40 }
  expect(toBox({ x: 10, y: 20 }, { x: 40, y: 60 }, picture)).toEqual(expected)
  expect(toBox({ x: 40, y: 60 }, { x: 10, y: 20 }, picture)).toEqual(expected)
  expect(toBox({ x: 40, y: 20 }, { x: 10, y: 60 }, picture)).toEqual(expected)
})

test('arrows move, with Shift they resize, other keys do nothing', () => {
  const box = { x: 100, y: 100, width: 50, height: 50 }
  expect(moveBox(box, 'ArrowRight', false, picture)).toEqual({ ...box, x: 106 })
  expect(moveBox(box, 'ArrowUp', true, picture)).toEqual({ ...box, height: 44 })
  expect(moveBox(box, 'Enter', false, picture)).toBeUndefined()
})
