import sharp, { type Metadata, type Sharp } from 'sharp'
import { limits } from '../../../shared/config.ts'
import { pickBackdrop } from '../../../shared/pick-backdrop.ts'
import { toStoredBounds, type Size } from '../../../shared/picture-size.ts'
import { ProblemError } from '../../../shared/problem.ts'
import { createDecodingQueue, type Effort, type Sender } from '../decoding-queue.ts'
import { decodingBytes, estimateEffort, isWithinMemory } from '../estimate-effort.ts'
import { hasOnlyPixels } from './has-no-metadata.ts'
import { openBmp, parseBmpHeader } from './open-bmp.ts'
import { type FileKind, toFileKind } from './sniff-file-type.ts'

/** Above this as base64 some upstreams refuse the picture. */
const maxBytes = 7 * 1024 * 1024
const minSide = 11
/** Some models fail on a side shorter than one of their patches; such a picture gets a margin up to twice as much. */
const patchSide = 32
const paddedSide = 64
const sampleSide = 256
const maxAspect = 200
const decodeTimeoutS = 20
/** Tried in turn until the picture is small enough; the last is taken as it comes. */
const jpegAttempts = [
  { scale: 1, quality: 90 },
  { scale: 1, quality: 75 },
  { scale: 1 / 2, quality: 75 },
]

// Named one by one: what a later libvips learns to read stays closed, as SVG and PDF do.
const loaders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff']
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: loaders.map((loader) => `VipsForeignLoad${loader}`) })
sharp.cache(false)
const inTurn = createDecodingQueue({ places: 2, bytes: decodingBytes })

/** On whose behalf, and what may still refuse it once its pixels are known. */
export type Decoding = { sender: Sender; admit?: (pixels: number) => Promise<void> }
const ownDecoding: Decoding = { sender: { visitor: '', address: '' } }

export type NormalisedImage = {
  bytes: Uint8Array
  mime: 'image/jpeg' | 'image/png'
  width: number
  height: number
  /** Its size in the file, where it was made smaller. */
  from?: Size
  /** More frames (or pages) were in the file. */
  isFirstFrame: boolean
}

/** What is to be done to a file's pixels. Its size is upright. */
type Source = Size & { open: () => Sharp; hasAlpha: boolean; isLossless: boolean; isFirstFrame: boolean }

const unreadable = () =>
  new ProblemError(
    422,
    'media-unreadable',
    'The picture is damaged or incomplete. Save it again or take a screenshot of it.',
  )
const unsupported = () =>
  new ProblemError(
    415,
    'media-unsupported',
    'This is no picture we can read. Send JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP.',
  )

/**
 * The picture as models take it: upright JPEG or PNG in sRGB of at most `limits.maxSide` pixels a side (a very long one
 * of `limits.maxLongSide`), opaque, nothing in the file but pixels. Encoded once, or not at all when nothing changes. Throws a ProblemError naming what is wrong.
 */
export async function normaliseImage(bytes: Uint8Array, decoding = ownDecoding): Promise<NormalisedImage> {
  const kind = toFileKind(bytes)
  if (kind === 'other') throw unsupported()
  if (kind === 'video') {
    throw new ProblemError(
      415,
      'video-unsupported',
      'A video comes as frames (multipart frames with fps) or by its address. Or send a picture of one frame.',
    )
  }
  return kind === 'bmp' ? await normaliseBmp(bytes, decoding) : await normaliseWithSharp(bytes, kind, decoding)
}

/** One frame of a video: always JPEG, small already or made so. */
export async function normaliseFrame(bytes: Uint8Array, decoding = ownDecoding): Promise<NormalisedImage> {
  const image = await normaliseImage(bytes, decoding)
  if (image.mime === 'image/jpeg') return image
  const effort = estimateEffort('png', image.width, image.height, {})
  const source = { ...image, open: () => sharp(image.bytes), hasAlpha: false, isLossless: false, isFirstFrame: false }
  return await inTurn(decoding.sender, effort, () => orUnreadable(() => encode(source)))
}

/** What stands for a video that nobody here has seen, or for a picture whose file is gone. */
export const createPlaceholder = async (mime = 'image/png') =>
  new Uint8Array(
    await sharp({ create: { width: 320, height: 180, channels: 3, background: '#1d2422' } })
      .toFormat(mime === 'image/jpeg' ? 'jpeg' : 'png')
      .toBuffer(),
  )

/** Refuses what is too large, waits until it is this picture's turn, and then decodes it. */
async function inItsTurn(
  { sender, admit }: Decoding,
  effort: Effort,
  work: () => Promise<NormalisedImage>,
): Promise<NormalisedImage> {
  if (!isWithinMemory(effort)) {
    const detail = 'To read a picture of so many pixels takes more memory than this server has. Make it smaller.'
    throw new ProblemError(422, 'media-too-many-pixels', detail)
  }
  await admit?.(effort.pixels)
  return await inTurn(sender, effort, () => orUnreadable(work))
}

async function normaliseBmp(bytes: Uint8Array, decoding: Decoding): Promise<NormalisedImage> {
  const header = parseBmpHeader(bytes)
  if (!header) throw unsupported()
  checkSize(header.width, header.height)
  const effort = estimateEffort('bmp', header.width, header.height, {})
  const open = () => openBmp(bytes, header)
  const { width, height } = header
  const source = { width, height, open, hasAlpha: header.hasAlpha, isLossless: true, isFirstFrame: false }
  return await inItsTurn(decoding, effort, () => encode(source))
}

async function normaliseWithSharp(bytes: Uint8Array, kind: FileKind, decoding: Decoding): Promise<NormalisedImage> {
  // Reads the header only; the limit on pixels is told below in our own words.
  const meta = await orUnreadable(() => sharp(bytes, { limitInputPixels: false }).metadata())
  const { width } = meta
  const height = meta.pageHeight ?? meta.height
  checkSize(width, height)
  const open = () =>
    sharp(bytes, { failOn: 'error', limitInputPixels: limits.maxSourcePixels, pages: 1, autoOrient: true })
  return await inItsTurn(decoding, estimateEffort(kind, width, height, meta), async () => {
    if ((kind === 'jpeg' || kind === 'png') && canPassThrough(bytes, meta)) {
      // A header can promise pixels that are not there: decode once to see, keep the bytes.
      const channel = await open()
        .timeout({ seconds: decodeTimeoutS })
        .extractChannel(meta.hasAlpha ? 'alpha' : 0)
        .raw()
        .toBuffer()
      if (!meta.hasAlpha || channel.equals(Buffer.alloc(channel.byteLength, 255)))
        return { bytes, mime: `image/${kind}` as const, width, height, isFirstFrame: false }
    }
    const isTurned = (meta.orientation ?? 1) >= 5
    return await encode({
      ...(isTurned ? { width: height, height: width } : { width, height }),
      open,
      hasAlpha: meta.hasAlpha,
      isLossless: isLossless(bytes, kind),
      isFirstFrame: hasMoreFrames(bytes, kind, meta),
    })
  })
}

async function orUnreadable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof ProblemError ? error : unreadable()
  }
}

function checkSize(width: number, height: number) {
  if (width * height > limits.maxSourcePixels) {
    throw new ProblemError(
      422,
      'media-too-many-pixels',
      `The picture has ${width} × ${height} pixels; ${limits.maxSourcePixels / 1e6} million are read. Make it smaller.`,
    )
  }
  if (width < minSide || height < minSide) {
    throw new ProblemError(
      422,
      'media-too-small',
      `The picture has ${width} × ${height} pixels; each side needs ${minSide}. Send a larger one.`,
    )
  }
  if (Math.max(width / height, height / width) > maxAspect) {
    throw new ProblemError(
      422,
      'media-too-small',
      `The picture is more than ${maxAspect} times as long as wide. Crop it.`,
    )
  }
}

function canPassThrough(bytes: Uint8Array, meta: Metadata): boolean {
  return (
    (meta.orientation ?? 1) === 1 &&
    Math.min(meta.width, meta.height) >= patchSide &&
    isWithin(meta, toStoredBounds(meta)) &&
    bytes.byteLength <= maxBytes &&
    (meta.space === 'srgb' || meta.space === 'b-w') &&
    meta.depth === 'uchar' &&
    hasOnlyPixels(bytes)
  )
}

function isLossless(bytes: Uint8Array, kind: FileKind): boolean {
  if (kind === 'webp') return Buffer.from(bytes.subarray(12, 16)).toString('latin1') === 'VP8L'
  return kind === 'png' || kind === 'gif' || kind === 'tiff'
}

function hasMoreFrames(bytes: Uint8Array, kind: FileKind, meta: Metadata): boolean {
  // sharp reads an animated PNG as a still one; its control chunk stands before the pixels.
  if (kind === 'png') return Buffer.from(bytes.subarray(0, 4096)).includes('acTL')
  return (meta.pages ?? 1) > 1
}

const isWithin = (size: Size, bounds: Size) => size.width <= bounds.width && size.height <= bounds.height

const toMargin = (side: number) => (side < patchSide ? paddedSide - side : 0)

/** A small copy is enough to see on what a transparent picture can be told apart. */
async function findBackdrop({ open, hasAlpha }: Source): Promise<string> {
  if (!hasAlpha) return '#ffffff'
  const pixels = await open()
    .timeout({ seconds: decodeTimeoutS })
    .resize({ width: sampleSide, height: sampleSide, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer()
  return pickBackdrop(pixels)
}

async function encode(source: Source): Promise<NormalisedImage> {
  const bounds = toStoredBounds(source)
  const background = await findBackdrop(source)
  const opened = source.open()
  const [across, down] = [toMargin(source.width), toMargin(source.height)]
  const margin = {
    left: Math.floor(across / 2),
    right: Math.ceil(across / 2),
    top: Math.floor(down / 2),
    bottom: Math.ceil(down / 2),
    background,
  }
  const toScaled = (scale: number) => {
    const image = opened
      .clone()
      .timeout({ seconds: decodeTimeoutS })
      .toColourspace('srgb')
      .resize({ width: bounds.width * scale, height: bounds.height * scale, fit: 'inside', withoutEnlargement: true })
    if (source.hasAlpha) image.flatten({ background })
    if (across > 0 || down > 0) image.extend(margin)
    return image
  }
  const toImage = (data: Buffer, { width, height }: Size, mime: NormalisedImage['mime']): NormalisedImage => ({
    bytes: new Uint8Array(data),
    mime,
    width,
    height,
    ...(!isWithin(source, { width, height }) && { from: { width: source.width, height: source.height } }),
    isFirstFrame: source.isFirstFrame,
  })
  if (source.isLossless) {
    const { data, info } = await toScaled(1).png({ compressionLevel: 6 }).toBuffer({ resolveWithObject: true })
    if (data.byteLength <= maxBytes) return toImage(data, info, 'image/png')
  }
  for (const [index, { scale, quality }] of jpegAttempts.entries()) {
    const { data, info } = await toScaled(scale)
      .jpeg({ quality, chromaSubsampling: '4:4:4' })
      .toBuffer({ resolveWithObject: true })
    if (data.byteLength <= maxBytes || index === jpegAttempts.length - 1) return toImage(data, info, 'image/jpeg')
  }
  throw unreadable()
}
