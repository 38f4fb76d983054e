import { decode } from 'fast-bmp'
import sharp, { type Sharp } from 'sharp'

/** Read from the header alone; `height` is positive, `isTopDown` tells the order of rows. */
export type BmpHeader = {
  width: number
  height: number
  isTopDown: boolean
  bits: number
  hasAlpha: boolean
  /** Blue, green, red, unused for each entry. Empty without a palette. */
  palette: Uint8Array
  /** As fast-bmp takes it: the longest header, bitmasks named, rows bottom-up. */
  canonical: () => Uint8Array
}

const standardMasks = [0xff0000, 0xff00, 0xff]

/** Undefined: a kind of BMP nobody here reads (OS/2, 4 or 16 bits, run lengths, other bitmasks). */
export function parseBmpHeader(bytes: Uint8Array): BmpHeader | undefined {
  if (bytes.byteLength < 70) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pixelsAt = view.getUint32(10, true)
  const headerSize = view.getUint32(14, true)
  const width = view.getInt32(18, true)
  const signedHeight = view.getInt32(22, true)
  const bits = view.getUint16(28, true)
  const compression = view.getUint32(30, true)
  const isMasked = compression === 3 && bits === 32
  if (headerSize < 40 || width <= 0 || signedHeight === 0 || ![1, 8, 24, 32].includes(bits)) return undefined
  if (compression !== 0 && !isMasked) return undefined
  if (isMasked && standardMasks.some((mask, i) => view.getUint32(54 + 4 * i, true) !== mask)) return undefined
  const colours = bits > 8 ? 0 : view.getUint32(46, true) || 2 ** bits
  const height = Math.abs(signedHeight)
  return {
    width,
    height,
    bits,
    isTopDown: signedHeight < 0,
    // Without a mask the fourth byte is padding, mostly 0, and would make the picture invisible.
    hasAlpha: isMasked && headerSize >= 56 && view.getUint32(66, true) === 0xff000000,
    palette: bytes.subarray(14 + headerSize, 14 + headerSize + 4 * Math.min(colours, 256)),
    canonical() {
      const pixels = bytes.subarray(pixelsAt)
      const result = new Uint8Array(138 + pixels.byteLength)
      result.set(bytes.subarray(0, 54))
      result.set(pixels, 138)
      const out = new DataView(result.buffer)
      out.setUint32(10, 138, true)
      out.setUint32(22, height, true)
      standardMasks.forEach((mask, i) => out.setUint32(54 + 4 * i, mask, true))
      return result
    },
  }
}

/** Throws a RangeError when rows are missing. */
export function openBmp(bytes: Uint8Array, header: BmpHeader): Sharp {
  const { width, height, bits, palette } = header
  const rowBytes = Math.ceil((width * bits) / 32) * 4
  const pixelsAt = new DataView(bytes.buffer, bytes.byteOffset).getUint32(10, true)
  // Checked before fast-bmp makes room for all that the header promises.
  if (pixelsAt + rowBytes * height > bytes.byteLength) throw new RangeError('The BMP ends before its pixels do.')
  const pixels = decode(header.canonical()).data as Uint8Array
  const image =
    bits <= 8
      ? sharp(toColours(pixels, palette), { raw: { width, height, channels: 3 } })
      : sharp(pixels, { raw: { width, height, channels: bits === 32 ? 4 : 3 } })
  if (bits === 32 && !header.hasAlpha) image.removeAlpha()
  return header.isTopDown ? image.flip() : image
}

/** fast-bmp gives the indexes of a palette, not its colours. */
function toColours(indexes: Uint8Array, palette: Uint8Array): Uint8Array {
  const result = new Uint8Array(indexes.length * 3)
  for (let i = 0; i < indexes.length; i += 1) {
    const entry = 4 * (indexes[i] ?? 0)
    result[3 * i] = palette[entry + 2] ?? 0
    result[3 * i + 1] = palette[entry + 1] ?? 0
    result[3 * i + 2] = palette[entry] ?? 0
  }
  return result
}
