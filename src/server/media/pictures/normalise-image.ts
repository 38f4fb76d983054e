import sharp, { type Metadata, type Sharp } from 'sharp'
import { limits } from '../../../shared/config.ts'
import { ProblemError } from '../../../shared/problem.ts'
import { createDecodingQueue, type Effort, type Sender } from '../decoding-queue.ts'
import { decodingBytes, estimateEffort, isWithinMemory } from '../estimate-effort.ts'
import { hasOnlyPixels } from './has-no-metadata.ts'
import { openBmp, parseBmpHeader } from './open-bmp.ts'
import { type FileKind, toFileKind } from './sniff-file-type.ts'

/** Above this as base64 some upstreams refuse the picture. */
const maxBytes = 7 * 1024 * 1024
const minSide = 11
const maxAspect = 200
const decodeTimeoutS = 20
/** Tried in turn until the picture is small enough; the last is taken as it comes. */
const jpegAttempts = [
  { side: limits.maxSide, quality: 90 },
  { side: limits.maxSide, quality: 75 },
  { side: limits.maxSide / 2, quality: 75 },
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
  /** More frames (or pages) were in the file. */
  isFirstFrame: boolean
}

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
 * The picture as models take it: upright JPEG or PNG in sRGB of at most `limits.maxSide` pixels a side, nothing in the
 * file but pixels. Encoded once, or not at all when nothing changes. Throws a ProblemError naming what is wrong.
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
  return await inTurn(decoding.sender, effort, () => orUnreadable(() => encode(sharp(image.bytes), false, false)))
}

/** What stands for a video that nobody here has seen. */
export const createPlaceholder = async () =>
  new Uint8Array(
    await sharp({ create: { width: 320, height: 180, channels: 3, background: '#1d2422' } })
      .png()
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
  return await inItsTurn(decoding, effort, () => encode(openBmp(bytes, header), true, false))
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
      await open().timeout({ seconds: decodeTimeoutS }).extractChannel(0).raw().toBuffer()
      return { bytes, mime: `image/${kind}` as const, width, height, isFirstFrame: false }
    }
    return await encode(open(), isLossless(bytes, kind), hasMoreFrames(bytes, kind, meta))
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
    Math.max(meta.width, meta.height) <= limits.maxSide &&
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

async function encode(source: Sharp, isLosslessSource: boolean, isFirstFrame: boolean): Promise<NormalisedImage> {
  const toSide = (side: number) =>
    source
      .clone()
      .timeout({ seconds: decodeTimeoutS })
      .toColourspace('srgb')
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
  if (isLosslessSource) {
    const { data, info } = await toSide(limits.maxSide)
      .png({ compressionLevel: 6 })
      .toBuffer({ resolveWithObject: true })
    if (data.byteLength <= maxBytes) {
      return { bytes: new Uint8Array(data), mime: 'image/png', width: info.width, height: info.height, isFirstFrame }
    }
  }
  for (const [index, { side, quality }] of jpegAttempts.entries()) {
    const { data, info } = await toSide(side)
      .flatten({ background: '#ffffff' })
      .jpeg({ quality, chromaSubsampling: '4:4:4' })
      .toBuffer({ resolveWithObject: true })
    if (data.byteLength <= maxBytes || index === jpegAttempts.length - 1) {
      return { bytes: new Uint8Array(data), mime: 'image/jpeg', width: info.width, height: info.height, isFirstFrame }
    }
  }
  throw unreadable()
}
