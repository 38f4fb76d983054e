const pngChunks = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'pHYs', 'bKGD', 'sBIT'])

/** Whether a JPEG or PNG holds nothing but its picture: no EXIF, XMP, comment, profile or data after the end. */
export function hasOnlyPixels(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return bytes[0] === 0xff ? isPlainJpeg(bytes, view) : isPlainPng(bytes, view)
  } catch (error) {
    // A length that points behind the end.
    if (error instanceof RangeError) return false
    throw error
  }
}

function isPlainPng(bytes: Uint8Array, view: DataView): boolean {
  for (let at = 8; ;) {
    const length = view.getUint32(at)
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (!pngChunks.has(name)) return false
    at += 12 + length
    if (name === 'IEND') return length === 0 && at === bytes.byteLength
  }
}

function isPlainJpeg(bytes: Uint8Array, view: DataView): boolean {
  let at = 2
  for (;;) {
    const marker = view.getUint16(at)
    if (marker === 0xffd9) return at + 2 === bytes.byteLength
    if (marker >> 8 !== 0xff || !isPixelSegment(marker & 0xff, at, view)) return false
    at += 2 + view.getUint16(at + 2)
    if (marker !== 0xffda) continue
    // The scan's own bytes: up to a marker that is neither a stuffed 0xff00 nor a restart.
    for (;;) {
      at = bytes.indexOf(0xff, at)
      if (at === -1) return false
      const next = bytes[at + 1] ?? 0
      if (next !== 0 && (next < 0xd0 || next > 0xd7)) break
      at += 2
    }
  }
}

/** Frames, tables and scans; of the APPn only JFIF without its thumbnail and Adobe, whose lengths are fixed. */
function isPixelSegment(kind: number, at: number, view: DataView): boolean {
  const length = view.getUint16(at + 2)
  if (kind === 0xe0) return length === 16 && view.getUint32(at + 4) === 0x4a464946
  if (kind === 0xee) return length === 14 && view.getUint32(at + 4) === 0x41646f62
  return (kind >= 0xc0 && kind <= 0xcf && kind !== 0xc8) || (kind >= 0xda && kind <= 0xdd)
}
