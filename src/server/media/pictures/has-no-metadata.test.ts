import sharp from 'sharp'
import { expect, test } from 'vitest'
import { hasOnlyPixels } from './has-no-metadata.ts'

const picture = () => sharp({ create: { width: 40, height: 40, channels: 3, background: '#369' } })
const jpeg = async () => new Uint8Array(await picture().jpeg().toBuffer())
const png = async () => new Uint8Array(await picture().png().toBuffer())

/** A JPEG segment put right after the start marker. */
async function withSegment(kind: number, body: number[]) {
  const file = await jpeg()
  return new Uint8Array([0xff, 0xd8, 0xff, kind, 0, body.length + 2, ...body, ...file.subarray(2)])
}
/** A PNG chunk put right after IHDR; checksums are not looked at. */
async function withChunk(name: string, body: number[] = []) {
  const file = await png()
  const chunk = [0, 0, 0, body.length, ...Buffer.from(name), ...body, 0, 0, 0, 0]
  return new Uint8Array([...file.subarray(0, 33), ...chunk, ...file.subarray(33)])
}
const text = (value: string, length: number) => [...Buffer.from(value.padEnd(length, '\0'), 'latin1')]

test('plain pictures are, progressive and with restarts too', async () => {
  for (const file of [
    await jpeg(),
    await png(),
    new Uint8Array(await picture().jpeg({ progressive: true }).toBuffer()),
    new Uint8Array(await picture().greyscale().jpeg().toBuffer()),
    new Uint8Array(await picture().png({ palette: true }).toBuffer()),
    await withSegment(0xe0, text('JFIF\0\x01\x02', 14)),
    await withSegment(0xee, text('Adobe', 12)),
    await withChunk('gAMA', [0, 0, 0xb1, 0x8f]),
  ]) {
    expect(hasOnlyPixels(file)).toBe(true)
  }
})

test.each([
  ['Exif', 0xe1, text('Exif', 20)],
  ['a profile', 0xe2, text('ICC_PROFILE', 20)],
  ['Photoshop data', 0xed, text('Photoshop 3.0', 20)],
  ['a comment', 0xfe, text('me', 2)],
  ['a JFIF thumbnail', 0xe0, text('JFIF', 14 + 3)],
  ['a JFXX thumbnail', 0xe0, text('JFXX', 14)],
  ['something else called APP14', 0xee, text('Other', 12)],
  ['a reserved segment', 0xf5, text('x', 4)],
])('a JPEG with %s is not', async (_name, kind, body) =>
  expect(hasOnlyPixels(await withSegment(kind, body))).toBe(false),
)

test.each(['tEXt', 'zTXt', 'iTXt', 'eXIf', 'iCCP', 'tIME', 'acTL', 'prVt'])('a PNG with %s is not', async (name) =>
  expect(hasOnlyPixels(await withChunk(name, [1, 2, 3]))).toBe(false),
)

test('nor is one with something after its end, or without an end, wherever it is cut', async () => {
  for (const file of [await jpeg(), await png()]) {
    expect(hasOnlyPixels(new Uint8Array([...file, 0]))).toBe(false)
    for (let length = 1; length < file.length; length += 1) expect(hasOnlyPixels(file.subarray(0, length))).toBe(false)
  }
})
