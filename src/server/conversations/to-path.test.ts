import { expect, test } from 'vitest'
import { toPath } from './to-path.ts'

const node = (id: string, parent: string | null, created_at: number) => ({ id, parent, created_at })
const tree = [
  node('a', null, 1),
  node('b', null, 2),
  node('a1', 'a', 3),
  node('a2', 'a', 5),
  node('a1x', 'a1', 6),
  node('a2x', 'a2', 7),
  node('a2y', 'a2', 7),
]

test('the path goes through the run asked for, and by the newest below it', () => {
  expect(toPath(tree, 'a')).toEqual({
    ids: ['a', 'a2', 'a2y'],
    siblings: [
      ['a', 'b'],
      ['a1', 'a2'],
      ['a2x', 'a2y'],
    ],
  })
  expect(toPath(tree, 'a1').ids).toEqual(['a', 'a1', 'a1x'])
  expect(toPath(tree, 'b')).toEqual({ ids: ['b'], siblings: [['a', 'b']] })
})
