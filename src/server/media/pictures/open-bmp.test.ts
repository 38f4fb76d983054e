import sharp from 'sharp'
import { expect, test } from 'vitest'
import { normaliseImage } from './normalise-image.ts'

type Bmp = {
  bits: number
  rows: number[][]
  palette?: number[]
  isTopDown?: boolean
  masks?: number[]
  compression?: number
}

/** 16 × 16 with the plain 40-byte header, as most programs write it; `rows` as stored, padded to 4 bytes. */
function createBmp({ bits, rows, palette = [], isTopDown = false, masks = [], compression = 0 }: Bmp): Uint8Array {
  const extra = [
    ...masks.flatMap((mask) => [mask & 255, (mask >> 8) & 255, (mask >> 16) & 255, mask >>> 24]),
    ...palette,
  ]
  const pixels = rows.flatMap((row) => [...row, ...Array<number>((4 - (row.length % 4)) % 4).fill(0)])
  const bytes = new Uint8Array(54 + extra.length + pixels.length)
  const view = new DataView(bytes.buffer)
  bytes.set([0x42, 0x4d])
  view.setUint32(10, 54 + extra.length, true)
  view.setUint32(14, 40, true)
  view.setInt32(18, 16, true)
  view.setInt32(22, isTopDown ? -16 : 16, true)
  view.setUint16(28, bits, true)
  view.setUint32(30, compression, true)
  view.setUint32(46, palette.length / 4, true)
  bytes.set(extra, 54)
  bytes.set(pixels, 54 + extra.length)
  return bytes
}

const repeat = (values: number[], times: number) => Array.from({ length: times }, () => values).flat()
const rowsOf = (first: number[], others: number[]) => [first, ...Array<number[]>(15).fill(others)]
const red = [0, 0, 255]
const blue = [255, 0, 0]

async function corners(file: Uint8Array) {
  const { bytes, mime } = await normaliseImage(file)
  expect(mime).toBe('image/png')
  const { data, info } = await sharp(bytes)
    .flatten({ background: '#ffffff' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  // So small a picture got a margin.
  const margin = (info.width - 16) / 2
  const at = (y: number) => {
    const from = ((margin + y) * info.width + margin) * info.channels
    return [...data.subarray(from, from + 3)].join(' ')
  }
  return [at(0), at(15)]
}

test('24 bits, the first stored row is the lowest', async () => {
  const rows = rowsOf(repeat(red, 16), repeat(blue, 16))
  expect(await corners(createBmp({ bits: 24, rows }))).toEqual(['0 0 255', '255 0 0'])
})

test('top-down, the first stored row is the highest', async () => {
  const rows = rowsOf(repeat(red, 16), repeat(blue, 16))
  expect(await corners(createBmp({ bits: 24, rows, isTopDown: true }))).toEqual(['255 0 0', '0 0 255'])
})

test('8 bits take their colours from the palette', async () => {
  const rows = rowsOf(repeat([1], 16), repeat([0], 16))
  expect(await corners(createBmp({ bits: 8, rows, palette: [0, 128, 0, 0, 0, 0, 255, 0] }))).toEqual([
    '0 128 0',
    '255 0 0',
  ])
})

test('1 bit is black and white, not black and nearly black', async () => {
  const rows = rowsOf([0, 0], [255, 255])
  expect(await corners(createBmp({ bits: 1, rows, palette: [0, 0, 0, 0, 255, 255, 255, 0] }))).toEqual([
    '255 255 255',
    '0 0 0',
  ])
})

test('32 bits without a mask for it have no transparency, whatever the fourth byte says', async () => {
  const rows = rowsOf(repeat([...red, 0], 16), repeat([...blue, 0], 16))
  expect(await corners(createBmp({ bits: 32, rows }))).toEqual(['0 0 255', '255 0 0'])
  const masks = [0xff0000, 0xff00, 0xff]
  expect(await corners(createBmp({ bits: 32, rows, masks, compression: 3 }))).toEqual(['0 0 255', '255 0 0'])
})

test('missing rows, run lengths, odd bit counts and endless sizes are refused', async () => {
  const rows = rowsOf(repeat(red, 16), repeat(blue, 16))
  const whole = createBmp({ bits: 24, rows })
  await expect(normaliseImage(whole.subarray(0, 400))).rejects.toMatchObject({ code: 'media-unreadable' })
  await expect(normaliseImage(createBmp({ bits: 8, rows, compression: 1 }))).rejects.toMatchObject({
    code: 'media-unsupported',
  })
  await expect(normaliseImage(createBmp({ bits: 16, rows }))).rejects.toMatchObject({ code: 'media-unsupported' })
  new DataView(whole.buffer).setInt32(18, 2 ** 31 - 1, true)
  await expect(normaliseImage(whole)).rejects.toMatchObject({ code: 'media-too-many-pixels' })
})
