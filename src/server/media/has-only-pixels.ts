const pngChunks = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'pHYs', 'bKGD', 'sBIT'])

/** Whether a JPEG or PNG holds nothing but its picture: no EXIF, XMP, comment, profile or data after the end. */
export function hasOnlyPixels(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return bytes[0] === 0xff ? isPlainJpeg(bytes, view) : isPlainPng(bytes, view)
  } catch (error) {
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
    if (name === 'IEND') return at === bytes.byteLength
  }
}

function isPlainJpeg(bytes: Uint8Array, view: DataView): boolean {
  let at = 2
  for (;;) {
    const marker = view.getUint16(at)
    if (marker === 0xffd9) return at + 2 === bytes.byteLength
    const kind = marker & 0xff
    const isApp = kind >= 0xe0 && kind <= 0xef
    if (marker >> 8 !== 0xff || kind === 0xfe || (isApp && kind !== 0xe0 && kind !== 0xee)) return false
    at += 2 + view.getUint16(at + 2)
    if (kind !== 0xda) continue
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
