import { expect, test } from 'vitest'
import { toOutline } from './to-outline.ts'

test.each([
  ['Okay, I need to find the area of the triangle.', 'plan'],
  ['First, let me set up coordinates.', 'plan'],
  ['首先，我们设长方形的长为$a$。', 'plan'],
  ['接下来求面积。', 'plan'],
  ['So \\(2x + 1 = 11\\), and x = 5.', 'compute'],
  ['The total is 12 × 4 for both.', 'compute'],
  ['由勾股定理，$c^2 = a^2 + b^2$。', 'compute'],
  ['Wait, the picture says 6, not 8.', 'doubt'],
  ['Hmm, is that right?', 'doubt'],
  ['The height is 4. Wait, no: it is 5.', 'doubt'],
  ['等等，图中的角是30°。', 'doubt'],
  ['不对，应该是12。', 'doubt'],
  ['Let me verify: 3 + 4 = 7.', 'check'],
  ['Let me double-check the sign.', 'check'],
  ['验证：把$x=2$代入，左边等于右边。', 'check'],
  ['检查一下单位。', 'check'],
  ['The picture shows a red house.', undefined],
])('%s is %s', (paragraph, kind) => {
  expect(toOutline([paragraph])).toEqual([{ kind, chars: paragraph.length }])
})
