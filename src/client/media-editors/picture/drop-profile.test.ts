import sharp from 'sharp'
import { expect, test } from 'vitest'
import { dropProfile } from './drop-profile.ts'

test('the profile goes, the pixels stay as they were coded', async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 50 } as const
  const bytes = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#000', noise } })
    .withIccProfile('srgb')
    .jpeg()
    .toBuffer()
  expect((await sharp(bytes).metadata()).hasProfile).toBe(true)
  const blob = await dropProfile(new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }))
  const bare = Buffer.from(await blob.arrayBuffer())
  expect((await sharp(bare).metadata()).hasProfile).toBe(false)
  const scan = (file: Buffer) => file.subarray(file.indexOf(Buffer.of(0xff, 0xda)))
  expect(scan(bare).equals(scan(bytes))).toBe(true)
  const again = await dropProfile(blob)
  expect(Buffer.from(await again.arrayBuffer()).equals(bare)).toBe(true)
})
