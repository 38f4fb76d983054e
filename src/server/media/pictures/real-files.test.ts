import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toMaxSide } from '../../../shared/picture-size.ts'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startFakeUpstream, type FakeUpstream } from '../../../../e2e/support/fake-upstream.ts'
import { colorAt, fourFields, sentPictures } from '../../../../e2e/support/sent-pictures.ts'
import type { Media } from '../../../shared/media.ts'
import { composeServer } from '../../compose.ts'
import { parseSettings } from '../../settings.ts'

const dir = mkdtempSync(join(tmpdir(), 'showwork-files-'))
let upstream: FakeUpstream
let server: Awaited<ReturnType<typeof composeServer>>
beforeAll(async () => {
  upstream = await startFakeUpstream()
  const settings = {
    DATA_DIR: dir,
    MODEL_BASE_URL: `${upstream.url}/v1`,
    MODELS_FILE: join(import.meta.dirname, '../../../../e2e/support/models.json'),
    SHUTDOWN_GRACE_S: '0',
  }
  server = await composeServer(parseSettings(settings), () => {})
})
afterAll(async () => {
  await server.shutDown()
  await upstream.close()
  rmSync(dir, { recursive: true, force: true })
})

let cookie = ''
let count = 0
/** Adds a file, asks about it, and gives back what the upstream got. */
async function send(file: Uint8Array): Promise<{ media: Media; sent: Buffer }> {
  const form = new FormData()
  form.set('file', new File([new Uint8Array(file)], 'file'))
  const init = { method: 'POST', headers: { ...(cookie && { cookie }) } }
  const added = await server.app.request('http://localhost:3000/api/media', { ...init, body: form })
  expect(added.status).toBe(201)
  cookie ||= added.headers.get('set-cookie')?.split(';')[0] ?? ''
  const media = (await added.json()) as Media
  const question = `Question ${(count += 1)} of its own`
  await server.app.request('http://localhost:3000/api/runs', {
    method: 'POST',
    headers: { cookie, 'Content-Type': 'application/json' },
    body: JSON.stringify({ question, media: [media.id], model: 'fake-vl' }),
  })
  await expect.poll(() => sentPictures(upstream.requests, question).length).toBe(1)
  const [sent = Buffer.of()] = sentPictures(upstream.requests, question)
  return { media, sent }
}

const corners = async (bytes: Buffer) =>
  (
    await Promise.all([
      colorAt(bytes, 0.25, 0.25),
      colorAt(bytes, 0.75, 0.25),
      colorAt(bytes, 0.25, 0.75),
      colorAt(bytes, 0.75, 0.75),
    ])
  ).join('')

/** Nothing but pixels, in the colours, depth and size that every model takes. */
async function expectPlain(bytes: Buffer) {
  const meta = await sharp(bytes).metadata()
  const { exif, icc, xmp, iptc, orientation, space, depth } = meta
  expect({ exif, icc, xmp, iptc, orientation, space, depth }).toEqual({ space: 'srgb', depth: 'uchar' })
  expect(['jpeg', 'png']).toContain(meta.format)
  expect(Math.max(meta.width, meta.height)).toBeLessThanOrEqual(toMaxSide(meta))
  expect(meta.hasAlpha).toBe(false)
  expect(bytes.byteLength).toBeLessThanOrEqual(7 * 1024 * 1024)
}

/** How the upright picture has to be stored for each EXIF orientation to show it upright. */
const stored: ((upright: Sharp) => Sharp)[] = [
  (image) => image,
  (image) => image.flop(),
  (image) => image.rotate(180),
  (image) => image.flip(),
  (image) => image.rotate(90),
  (image) => image.rotate(270),
  (image) => image.rotate(90),
  (image) => image.rotate(90),
]
async function photo(orientation: number): Promise<Buffer> {
  const upright = await fourFields(640, 480).png().toBuffer()
  const turned = await (stored[orientation - 1] ?? ((image: Sharp) => image))(sharp(upright)).png().toBuffer()
  const mirrored = orientation === 5 ? sharp(turned).flop() : orientation === 7 ? sharp(turned).flip() : sharp(turned)
  return await mirrored
    .withExif({ IFD0: { Make: 'Phone' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' } })
    .withMetadata({ orientation })
    .jpeg({ quality: 95 })
    .toBuffer()
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'a photo of EXIF orientation %i with its place arrives upright and without it',
  async (orientation) => {
    const file = await photo(orientation)
    expect((await sharp(file).metadata()).orientation).toBe(orientation)
    expect(file.includes('GPS') || (await sharp(file).metadata()).exif !== undefined).toBe(true)
    const { media, sent } = await send(file)
    expect(await corners(sent)).toBe('rgby')
    expect([media.width, media.height]).toEqual([640, 480])
    await expectPlain(sent)
  },
)

const noise = async (width: number, height: number) =>
  await sharp({
    create: { width, height, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 40 } },
  })
    .png()
    .toBuffer()

describe('every kind of picture arrives as it looks', () => {
  const kinds: [name: string, make: () => Promise<Buffer>, isFirst?: boolean][] = [
    ['AVIF', () => fourFields(640, 480).avif({ quality: 80, effort: 0 }).toBuffer()],
    ['16-bit PNG', () => fourFields(640, 480).toColourspace('rgb16').png().toBuffer()],
    ['CMYK JPEG', () => fourFields(640, 480).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer()],
    ['progressive JPEG', () => fourFields(640, 480).jpeg({ progressive: true, quality: 95 }).toBuffer()],
    ['lossless WebP', () => fourFields(640, 480).webp({ lossless: true }).toBuffer()],
    ['TIFF', () => fourFields(640, 480).tiff().toBuffer()],
    ['12,000-pixel panorama', () => fourFields(12_000, 1_000).jpeg({ quality: 90 }).toBuffer()],
    ['animated GIF', () => animated('gif'), true],
    ['animated WebP', () => animated('webp'), true],
  ]
  /** Four fields first, black behind. */
  async function animated(format: 'gif' | 'webp') {
    const first = await fourFields(640, 480).png().toBuffer()
    const second = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#000' } })
      .png()
      .toBuffer()
    return await sharp([first, second], { join: { animated: true } })
      .toFormat(format)
      .toBuffer()
  }

  test.each(kinds)('%s', async (_name, make, isFirst = false) => {
    const { media, sent } = await send(await make())
    expect(await corners(sent)).toBe('rgby')
    expect(media.isFirstFrame ?? false).toBe(isFirst)
    await expectPlain(sent)
  })

  test('a plain JPEG or PNG within the limits is not encoded again: byte for byte', async () => {
    const png = await noise(900, 600)
    for (const file of [png, await sharp(png).jpeg({ progressive: true, quality: 82 }).toBuffer()]) {
      expect((await send(file)).sent.equals(file)).toBe(true)
    }
  })
})
