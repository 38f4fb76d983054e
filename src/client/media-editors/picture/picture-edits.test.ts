import { describe, expect, test } from 'vitest'
import {
  createShape,
  cutAlong,
  moveShape,
  pullShape,
  spreadShape,
  toBounds,
  toParts,
  turnFrame,
  noEdits,
  type PictureEdits,
  type Shape,
} from './picture-edits.ts'

const box: Shape = {
  key: 'a',
  kind: 'crop',
  points: [
    { x: 0.2, y: 0.3 },
    { x: 0.6, y: 0.5 },
  ],
}
const round = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'number' ? Math.round(part * 1e6) / 1e6 : part,
  )

describe('a shape stays on the picture', () => {
  test('moved past an edge it stops there and keeps its size', () => {
    expect(round(toBounds(moveShape(box, 5, -5)))).toEqual({ left: 0.6, top: 0, right: 1, bottom: 0.2 })
  })

  test('pulled past its own other side it keeps a smallest size', () => {
    expect(round(toBounds(pullShape(box, 'nw', { x: 0.9, y: 0.9 })))).toEqual({
      left: 0.58,
      top: 0.48,
      right: 0.6,
      bottom: 0.5,
    })
    expect(round(toBounds(pullShape(box, 'e', { x: 2, y: 0 })))).toEqual({ left: 0.2, top: 0.3, right: 1, bottom: 0.5 })
  })

  test('spread by two fingers it grows about its middle and follows them', () => {
    expect(round(toBounds(spreadShape(box, 1.5, 0.1, 0)))).toEqual({ left: 0.2, top: 0.25, right: 0.8, bottom: 0.55 })
  })

  test('an arrow is pulled by its ends alone', () => {
    const arrow = createShape('b', 'arrow')
    expect(pullShape(arrow, 'head', { x: 0.9, y: 1.4 }).points).toEqual([arrow.points[0], { x: 0.9, y: 1 }])
  })
})

test('four quarter turns bring everything back, one turns boxes and arrows along', () => {
  const frame: PictureEdits = { turns: 0, straighten: 2, shapes: [box, createShape('b', 'arrow')] }
  const once = turnFrame(frame, 1)
  expect(round(once.shapes[0]?.points)).toEqual([
    { x: 0.5, y: 0.2 },
    { x: 0.7, y: 0.6 },
  ])
  expect(round(turnFrame(turnFrame(turnFrame(once, 1), 1), 1))).toEqual(round(frame))
  expect(round(turnFrame(once, -1))).toEqual(round(frame))
})

test('without a crop the whole picture is the one part', () => {
  expect(toParts(noEdits)).toEqual([{ left: 0, top: 0, right: 1, bottom: 1 }])
  expect(toParts({ ...noEdits, shapes: [createShape('c', 'cover'), box] })).toHaveLength(1)
})

test.each([
  [690, 15_420],
  [15_420, 690],
])('a picture of %i × %i is cut along its longer side, in order, with some of each neighbour', (width, height) => {
  const parts = toParts({ ...noEdits, shapes: cutAlong({ width, height }, 5) })
  const along = parts.map(({ left, top, right, bottom }) => (height > width ? [top, bottom] : [left, right]))
  const across = parts.map(({ left, top, right, bottom }) => (height > width ? [left, right] : [top, bottom]))
  expect(across).toEqual(parts.map(() => [0, 1]))
  expect([along[0]?.[0], along.at(-1)?.[1]]).toEqual([0, 1])
  for (const [index, [from = 0]] of along.slice(1).entries()) {
    const before = along[index]?.[1] ?? 0
    expect(before - from).toBeGreaterThan(0.01)
    expect(before - from).toBeLessThan(0.02)
  }
})
