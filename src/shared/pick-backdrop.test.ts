import { expect, test } from 'vitest'
import { pickBackdrop } from './pick-backdrop.ts'

/** A tenth is drawn in a tone, the rest is nothing. */
const drawn = (tone: number, opacity = 255) =>
  new Uint8Array(
    Array.from({ length: 1000 }, (_, at) => (at % 10 === 0 ? [tone, tone, tone, opacity] : [0, 0, 0, 0])).flat(),
  )

test.each([
  ['black', drawn(0), '#ffffff'],
  ['grey', drawn(128), '#ffffff'],
  ['light grey', drawn(200), '#ffffff'],
  ['white', drawn(255), '#000000'],
  ['nearly white', drawn(246), '#000000'],
  ['half white', drawn(255, 128), '#000000'],
  ['nothing', new Uint8Array(4000), '#ffffff'],
  ['only white', new Uint8Array(4000).fill(255), '#ffffff'],
])('%s stands on %s', (_name, pixels, backdrop) => expect(pickBackdrop(pixels)).toBe(backdrop))
