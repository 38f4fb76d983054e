import { decode as decodeBmp } from 'fast-bmp'
import sharp, { type Sharp } from 'sharp'
import { limits } from '../../shared/config.ts'
import { ProblemError } from '../../shared/problem.ts'
import { hasOnlyPixels } from './has-only-pixels.ts'

/** Formats by content that sharp may open; everything else, SVG first of all, is never decoded. */
const accepted = new Set(['jpeg', 'png', 'webp', 'gif', 'heif', 'tiff'])
const lossless = new Set(['png', 'gif', 'bmp'])
/** Above this as base64 some upstreams refuse the picture. */
const maxBytes = 7 * 1024 * 1024
const minSide = 11
const maxAspect = 200
const decodeTimeoutS = 20
const parallelDecodes = 2

sharp.block({ operation: ['VipsForeignLoadSvg', 'VipsForeignLoadPdf', 'VipsForeignLoadMagick'] })
sharp.cache(false)

export type NormalisedImage = {
  bytes: Uint8Array
  mime: 'image/jpeg' | 'image/png'
  width: number
  height: number
  isFirstFrame: boolean
}

const startsWith = (bytes: Uint8Array, text: string, offset = 0) =>
  Buffer.from(bytes.subarray(offset, offset + text.length)).toString('latin1') === text

const unreadable = () =>
  new ProblemError(
    422,
    'media-unreadable',
    'The picture is damaged or incomplete. Save it again or take a screenshot of it.',
  )

function refuseOtherKinds(bytes: Uint8Array) {
  const brand = startsWith(bytes, 'ftyp', 4) ? Buffer.from(bytes.slice(8, 12)).toString('latin1') : ''
  const isPicture = brand === 'avif' || brand === 'avis'
  const isHeic = /^(hei|hev|mif|msf)/.test(brand)
  const isVideo = (brand !== '' && !isPicture && !isHeic) || startsWith(bytes, '\x1aE\xdf\xa3')
  if (isVideo) {
    throw new ProblemError(415, 'video-unsupported', 'Video is not supported yet. Send a picture of one frame.')
  }
}

const unsupported = () =>
  new ProblemError(
    415,
    'media-unsupported',
    'This is no picture we can read. Send JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP.',
  )

let running = 0
const waiting: (() => void)[] = []
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= parallelDecodes) await new Promise<void>((resolve) => waiting.push(resolve))
  running += 1
  try {
    return await work()
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

function openBmp(bytes: Uint8Array): Sharp {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.byteLength < 54) throw unreadable()
  checkSize(Math.abs(view.getInt32(18, true)), Math.abs(view.getInt32(22, true)))
  try {
    const { data, width, height, channels } = decodeBmp(bytes)
    return sharp(data as Uint8Array, { raw: { width, height, channels: channels as 1 | 3 | 4 } })
  } catch {
    throw unreadable()
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

/**
 * The picture as models take it: upright JPEG or PNG in sRGB of at most `limits.maxSide` pixels a side, nothing in the
 * file but pixels. Encoded once, or not at all when nothing changes. Throws a ProblemError naming what is wrong.
 */
export async function normaliseImage(bytes: Uint8Array): Promise<NormalisedImage> {
  refuseOtherKinds(bytes)
  return await inTurn(async () => {
    if (startsWith(bytes, 'BM')) return await encode(openBmp(bytes), 'bmp', false)
    const open = () =>
      sharp(bytes, { failOn: 'error', limitInputPixels: limits.maxSourcePixels, pages: 1, autoOrient: true })
    let meta
    try {
      meta = await sharp(bytes, { failOn: 'error', limitInputPixels: false }).metadata()
    } catch {
      throw unsupported()
    }
    if (!accepted.has(meta.format) || (meta.format === 'heif' && meta.compression !== 'av1')) throw unsupported()
    const { width, height: allHeight, pageHeight, pages = 1, orientation = 1 } = meta
    const height = pageHeight ?? allHeight
    checkSize(width, height)
    const isClean =
      (meta.format === 'jpeg' || meta.format === 'png') &&
      orientation === 1 &&
      Math.max(width, height) <= limits.maxSide &&
      bytes.byteLength <= maxBytes &&
      (meta.space === 'srgb' || meta.space === 'b-w') &&
      meta.depth === 'uchar' &&
      hasOnlyPixels(bytes)
    if (isClean) {
      // A header can promise pixels that are not there: decode once to see, keep the bytes.
      await open()
        .timeout({ seconds: decodeTimeoutS })
        .stats()
        .catch(() => {
          throw unreadable()
        })
      return { bytes, mime: meta.format === 'png' ? 'image/png' : 'image/jpeg', width, height, isFirstFrame: false }
    }
    return await encode(open(), meta.format, pages > 1)
  })
}

async function encode(source: Sharp, format: string, isFirstFrame: boolean): Promise<NormalisedImage> {
  const sized = source
    .timeout({ seconds: decodeTimeoutS })
    .toColourspace('srgb')
    .resize({ width: limits.maxSide, height: limits.maxSide, fit: 'inside', withoutEnlargement: true })
  try {
    if (lossless.has(format)) {
      const { data, info } = await sized.clone().png({ compressionLevel: 6 }).toBuffer({ resolveWithObject: true })
      if (data.byteLength <= maxBytes) {
        return { bytes: new Uint8Array(data), mime: 'image/png', width: info.width, height: info.height, isFirstFrame }
      }
    }
    const { data, info } = await sized
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
      .toBuffer({ resolveWithObject: true })
    return { bytes: new Uint8Array(data), mime: 'image/jpeg', width: info.width, height: info.height, isFirstFrame }
  } catch {
    throw unreadable()
  }
}
