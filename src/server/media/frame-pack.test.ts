import { expect, test } from 'vitest'
import { packFrames, unpackFrames } from './frame-pack.ts'

test('frames come out as they went in, whatever their bytes', () => {
  const frames = [Uint8Array.of(0, 0, 0, 4), Uint8Array.of(), Uint8Array.from({ length: 700 }, (_, at) => at % 256)]
  expect(unpackFrames(packFrames(frames, 0.5))).toEqual(frames)
})
