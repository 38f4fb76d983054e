export type FileKind = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff' | 'bmp' | 'video' | 'other'

/** What a file is by its first bytes, whatever it is called. HEIC, SVG and PDF are `other`: nothing here decodes them. */
export function toFileKind(bytes: Uint8Array): FileKind {
  const head = Buffer.from(bytes.subarray(0, 64)).toString('latin1')
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif'
  if (head.startsWith('RIFF')) {
    const form = head.slice(8, 12)
    return form === 'WEBP' ? 'webp' : form === 'AVI ' ? 'video' : 'other'
  }
  if (/^(II[*+]\0|MM\0[*+])/.test(head)) return 'tiff'
  if (head.startsWith('BM')) return 'bmp'
  if (head.startsWith('\x1aE\xdf\xa3') || head.startsWith('FLV\x01')) return 'video'
  const box = head.slice(4, 8)
  if (box === 'ftyp') return toIsoKind(head)
  // QuickTime files from before brands begin with any of their boxes.
  return /^(moov|mdat|wide)$/.test(box) ? 'video' : 'other'
}

/** AVIF may hide behind the general brand mif1, so the compatible brands are read as well. */
function toIsoKind(head: string): FileKind {
  const size = head.charCodeAt(2) * 256 + head.charCodeAt(3)
  const brands = head.slice(8, Math.max(12, size)).match(/[^]{4}/g) ?? []
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif'
  return /^(hei|hev|mif|msf)/.test(brands[0] ?? '') ? 'other' : 'video'
}
