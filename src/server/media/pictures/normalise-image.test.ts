import { encode as encodeBmp } from 'fast-bmp'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { normaliseImage } from './normalise-image.ts'

/** 60 × 40, its left half red, its right half blue: which way is up shows in the corners. */
const halves = () =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: '#0000ff' } }).composite([
    { input: { create: { width: 30, height: 40, channels: 3, background: '#ff0000' } }, left: 0, top: 0 },
  ])
const bytesOf = async (image: Sharp) => new Uint8Array(await image.toBuffer())
const flat = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#8899aa' } })

async function pixel(bytes: Uint8Array, left: number, top: number) {
  const data = await sharp(bytes).removeAlpha().extract({ left, top, width: 1, height: 1 }).raw().toBuffer()
  return [...data].map((value) => (value > 127 ? 1 : 0)).join('')
}

describe('a picture arrives upright and without metadata', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i', async (orientation) => {
    // Turned the other way before it is labelled, so that obeying the label gives the picture back.
    const undo: Record<number, (image: Sharp) => Sharp> = {
      1: (image) => image,
      2: (image) => image.flop(),
      3: (image) => image.rotate(180),
      4: (image) => image.flip(),
      5: (image) => image.rotate(270).flop(),
      6: (image) => image.rotate(270),
      7: (image) => image.rotate(90).flop(),
      8: (image) => image.rotate(90),
    }
    const upright = await halves().png().toBuffer()
    const turned = await (undo[orientation]?.(sharp(upright)) ?? sharp(upright)).png().toBuffer()
    const file = await bytesOf(
      sharp(turned)
        .withExif({ IFD3: { GPSLatitude: '31/1 13/1 0/1' } })
        .withMetadata({ orientation })
        .jpeg({ quality: 95 }),
    )
    const image = await normaliseImage(file)
    expect([image.width, image.height]).toEqual([60, 40])
    expect(await pixel(image.bytes, 5, 20)).toBe('100')
    expect(await pixel(image.bytes, 55, 20)).toBe('001')
    const meta = await sharp(image.bytes).metadata()
    expect([meta.exif, meta.icc, meta.xmp, meta.orientation]).toEqual([undefined, undefined, undefined, undefined])
  })

  test('and is not encoded again when nothing changes', async () => {
    for (const file of [
      await bytesOf(halves().png()),
      await bytesOf(halves().jpeg()),
      await bytesOf(halves().jpeg({ progressive: true })),
    ]) {
      expect((await normaliseImage(file)).bytes).toEqual(file)
    }
  })

  test('metadata or a trailing byte alone counts as a change', async () => {
    const clean = await bytesOf(halves().jpeg())
    const trailing = new Uint8Array([...clean, 0])
    const labelled = await bytesOf(
      halves()
        .withExif({ IFD0: { Artist: 'somebody' } })
        .png(),
    )
    for (const file of [trailing, labelled]) {
      const { bytes } = await normaliseImage(file)
      expect(bytes).not.toEqual(file)
      expect(Buffer.from(bytes).includes('somebody')).toBe(false)
    }
  })
})

describe('every accepted kind becomes JPEG or PNG of the same size and colours', () => {
  const kinds: [string, () => Promise<Uint8Array>][] = [
    ['WebP', () => bytesOf(halves().webp())],
    ['GIF', () => bytesOf(halves().gif())],
    ['AVIF', () => bytesOf(halves().avif())],
    ['TIFF', () => bytesOf(halves().tiff())],
    ['16-bit PNG', () => bytesOf(halves().toColourspace('rgb16').png())],
    ['CMYK JPEG', () => bytesOf(halves().toColourspace('cmyk').jpeg())],
    [
      'BMP',
      async () => {
        const data = new Uint8Array(await halves().removeAlpha().raw().toBuffer())
        return encodeBmp({
          data,
          width: 60,
          height: 40,
          bitsPerPixel: 24,
          components: 3,
          channels: 3,
          colorMasks: [],
          compression: 0,
          xPixelsPerMeter: 2835,
          yPixelsPerMeter: 2835,
        } as never)
      },
    ],
  ]
  test.each(kinds)('%s', async (_name, make) => {
    const image = await normaliseImage(await make())
    expect(image.mime).toMatch(/^image\/(jpeg|png)$/)
    expect([image.width, image.height]).toEqual([60, 40])
    expect(await pixel(image.bytes, 5, 20)).toBe('100')
    expect(await pixel(image.bytes, 55, 20)).toBe('001')
  })

  test('an animated GIF keeps its first frame and says so', async () => {
    const frames = Buffer.concat([
      await flat(40, 40).raw().toBuffer(),
      await sharp({ create: { width: 40, height: 40, channels: 3, background: '#ff0000' } })
        .raw()
        .toBuffer(),
    ])
    const file = await bytesOf(sharp(frames, { raw: { width: 40, height: 80, channels: 3, pageHeight: 40 } }).gif())
    const image = await normaliseImage(file)
    expect(image).toMatchObject({ isFirstFrame: true, width: 40, height: 40 })
    const shown = await sharp(image.bytes).removeAlpha().raw().toBuffer()
    expect([...shown.subarray(0, 3)]).toEqual([0x88, 0x99, 0xaa])
    expect(shown.equals(Buffer.alloc(shown.length, Buffer.from([0x88, 0x99, 0xaa])))).toBe(true)
  })

  test('a wider one is made to fit', async () => {
    expect(await normaliseImage(await bytesOf(flat(5000, 1000).jpeg()))).toMatchObject({ width: 4096, height: 819 })
  })
})

describe('a transparent picture stands on something that shows what is drawn', () => {
  /** Bars of a colour on nothing, as black or white text is; what is not seen has the colour of a bad surprise. */
  const bars = (colour: [number, number, number], channels: 2 | 4 = 4) => {
    const data = Buffer.from(
      Array.from({ length: 80 * 60 }, (_, at) => {
        const isDrawn = at % 10 < 3
        const tones = channels === 2 ? [colour[0]] : colour
        return isDrawn ? [...tones, 255] : [...tones.map((tone) => 255 - tone), 0]
      }).flat(),
    )
    return sharp(data, { raw: { width: 80, height: 60, channels } })
  }
  const make: [string, (image: Sharp) => Sharp][] = [
    ['PNG', (image) => image.png()],
    ['PNG with a palette', (image) => image.png({ palette: true })],
    ['lossless WebP', (image) => image.webp({ lossless: true })],
    ['WebP', (image) => image.webp()],
    ['TIFF', (image) => image.tiff({ compression: 'lzw' })],
    ['GIF', (image) => image.gif()],
    ['AVIF', (image) => image.avif()],
  ]
  const toneAt = async (bytes: Uint8Array, left: number) =>
    (await sharp(bytes).greyscale().extract({ left, top: 20, width: 1, height: 1 }).raw().toBuffer())[0] ?? -1

  test.each(make)('%s: black on white, white on black, both readable and opaque', async (_name, to) => {
    for (const tone of [0, 255]) {
      const { bytes } = await normaliseImage(await bytesOf(to(bars([tone, tone, tone]))))
      expect((await sharp(bytes).metadata()).hasAlpha).toBe(false)
      expect(Math.abs((await toneAt(bytes, 41)) - tone)).toBeLessThan(40)
      expect(Math.abs((await toneAt(bytes, 46)) - (255 - tone))).toBeLessThan(40)
    }
  })

  test('grey with transparency, and colours, are on white', async () => {
    for (const file of [await bytesOf(bars([0, 0, 0], 2).png()), await bytesOf(bars([200, 30, 30]).png())]) {
      const { bytes } = await normaliseImage(file)
      expect((await sharp(bytes).metadata()).hasAlpha).toBe(false)
      expect(await toneAt(bytes, 46)).toBe(255)
    }
  })

  test('a picture that only could be transparent is kept as it is', async () => {
    const file = await bytesOf(sharp(await flat(60, 40).ensureAlpha().png().toBuffer()).png())
    expect((await sharp(file).metadata()).hasAlpha).toBe(true)
    expect((await normaliseImage(file)).bytes).toEqual(file)
  })
})

describe('a narrow strip gets a margin, so that no model fails on it', () => {
  test.each([
    [305, 30, 305, 64],
    [332, 27, 332, 64],
    [40, 12, 40, 64],
    [12, 40, 64, 40],
    [11, 11, 64, 64],
    [2000, 31, 2000, 64],
    [305, 32, 305, 32],
  ])('%i × %i becomes %i × %i', async (width, height, toWidth, toHeight) => {
    for (const file of [await bytesOf(flat(width, height).png()), await bytesOf(flat(width, height).jpeg())]) {
      const image = await normaliseImage(file)
      expect([image.width, image.height]).toEqual([toWidth, toHeight])
      const { width: realWidth, height: realHeight } = await sharp(image.bytes).metadata()
      expect([realWidth, realHeight]).toEqual([toWidth, toHeight])
      const middle = await sharp(image.bytes)
        .extract({ left: toWidth >> 1, top: toHeight >> 1, width: 1, height: 1 })
        .removeAlpha()
        .raw()
        .toBuffer()
      expect(Math.abs((middle[0] ?? 0) - 0x88)).toBeLessThan(4)
    }
  })

  test('turned upright first', async () => {
    const file = await bytesOf(flat(305, 20).withMetadata({ orientation: 6 }).jpeg())
    expect(await normaliseImage(file)).toMatchObject({ width: 64, height: 305 })
  })
})

describe('a very long picture keeps more of its length', () => {
  test.each([
    [690, 15_420, 343, 7680],
    [1080, 6000, 1080, 6000],
    [750, 9000, 640, 7680],
    [15_420, 690, 7680, 343],
    [1170, 2532, 1170, 2532],
  ])('%i × %i is kept as %i × %i, and says what it was', async (width, height, toWidth, toHeight) => {
    const image = await normaliseImage(await bytesOf(flat(width, height).png({ compressionLevel: 1 })))
    expect(Math.abs(image.width - toWidth) + Math.abs(image.height - toHeight)).toBeLessThanOrEqual(1)
    expect(image.from).toEqual(width === toWidth ? undefined : { width, height })
  })
})

describe('what cannot be used is refused by name', () => {
  const header = async (width: number, height: number) => {
    const file = await bytesOf(flat(16, 16).png())
    new DataView(file.buffer).setUint32(16, width)
    new DataView(file.buffer).setUint32(20, height)
    return file
  }
  const text = (value: string) => Promise.resolve(new TextEncoder().encode(value))
  const cases: [string, () => Promise<Uint8Array>, string][] = [
    ['SVG', () => text('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>'), 'media-unsupported'],
    ['PDF', () => text('%PDF-1.7\n%âãÏÓ'), 'media-unsupported'],
    ['text', () => text('hello'), 'media-unsupported'],
    ['nothing', () => text(''), 'media-unsupported'],
    ['MP4', () => text('\0\0\0\x18ftypisom\0\0\0\0'), 'video-unsupported'],
    [
      'half a JPEG',
      async () =>
        (
          await bytesOf(
            sharp(Buffer.alloc(300_000, 77), { raw: { width: 400, height: 250, channels: 3 } }).jpeg({ quality: 100 }),
          )
        ).slice(0, 700),
      'media-unreadable',
    ],
    ['a header of 3.6 gigapixels', () => header(60_000, 60_000), 'media-too-many-pixels'],
    ['ten pixels high', () => bytesOf(flat(100, 10).png()), 'media-too-small'],
    ['a thread', () => bytesOf(flat(3000, 12).png()), 'media-too-small'],
  ]
  test.each(cases)('%s', async (_name, make, code) => {
    await expect(normaliseImage(await make())).rejects.toMatchObject({ code })
  })
})

describe('what is kept, and what is given up, for size', () => {
  const noise = (width: number, height: number) =>
    sharp({
      create: { width, height, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 80 } },
    })

  test('a PNG above 7 MB becomes JPEG, and no result is above', async () => {
    const image = await normaliseImage(await bytesOf(noise(2000, 1500).png()))
    expect([image.mime, image.width, image.height]).toEqual(['image/jpeg', 2000, 1500])
    const large = await normaliseImage(await bytesOf(noise(3800, 3800).jpeg({ quality: 95 })))
    expect(large.bytes.byteLength).toBeLessThanOrEqual(7 * 1024 * 1024)
  }, 60_000)

  test('lossless sources stay lossless, lossy ones become JPEG on white', async () => {
    const clear = sharp({ create: { width: 40, height: 40, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
    const kept = await normaliseImage(await bytesOf(clear.clone().webp({ lossless: true })))
    expect(kept.mime).toMatch('image/')
    const flattened = await normaliseImage(await bytesOf(clear.clone().webp({ quality: 50 })))
    expect(await pixel(flattened.bytes, 20, 20)).toBe('111')
    expect((await normaliseImage(await bytesOf(halves().webp({ lossless: true })))).mime).toBe('image/png')
    expect((await normaliseImage(await bytesOf(halves().webp()))).mime).toBe('image/jpeg')
  })

  test('the result is 8-bit sRGB without a profile', async () => {
    for (const file of [
      await bytesOf(halves().toColourspace('rgb16').png()),
      await bytesOf(halves().withIccProfile('p3').jpeg()),
      await bytesOf(halves().toColourspace('cmyk').jpeg()),
    ]) {
      const meta = await sharp((await normaliseImage(file)).bytes).metadata()
      expect([meta.space, meta.depth, meta.icc]).toEqual(['srgb', 'uchar', undefined])
    }
  })
})

test('a picture cut in half is refused, whatever its kind', async () => {
  const { data } = await sharp({
    create: {
      width: 300,
      height: 300,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const source = () => sharp(data, { raw: { width: 300, height: 300, channels: 3 } })
  for (const file of [
    await bytesOf(source().jpeg()),
    await bytesOf(source().png()),
    await bytesOf(source().webp()),
    await bytesOf(source().tiff()),
    await bytesOf(source().gif()),
  ]) {
    await expect(normaliseImage(file.slice(0, file.length / 2))).rejects.toMatchObject({ code: 'media-unreadable' })
  }
})
