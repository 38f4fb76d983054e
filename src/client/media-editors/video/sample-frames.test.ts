import { expect, test } from 'vitest'
import { toTimes } from './sample-frames.ts'

test('frames stand in the middle of equal parts of the trimmed time', () => {
  expect(toTimes({ start: 0, end: 4 }, 1)).toEqual([0.5, 1.5, 2.5, 3.5])
  expect(toTimes({ start: 2, end: 3 }, 4)).toEqual([2.125, 2.375, 2.625, 2.875])
  expect(toTimes({ start: 0, end: 0.1 }, 1)).toEqual([0.05])
})
