import sharp from 'sharp'
import type { Cover } from '../../shared/share.ts'

const ink = '#20241f'

/** The picture with boxes burned in, encoded anew: what was under them is not in the bytes. */
export async function redactPicture(
  bytes: Uint8Array,
  mime: string,
  boxes: Omit<Cover, 'media'>[],
): Promise<Uint8Array> {
  const source = sharp(bytes, { failOn: 'error' })
  const { width, height } = await source.metadata()
  // Rounded outwards, so that no edge of what is hidden looks out.
  const overlays = boxes.flatMap((box) => {
    const left = Math.max(0, Math.floor(box.x))
    const top = Math.max(0, Math.floor(box.y))
    const right = Math.min(width, Math.ceil(box.x + box.width))
    const bottom = Math.min(height, Math.ceil(box.y + box.height))
    if (right <= left || bottom <= top) return []
    const create = { width: right - left, height: bottom - top, channels: 3 as const, background: ink }
    return [{ input: { create }, left, top }]
  })
  const covered = source.composite(overlays)
  const encoded = mime === 'image/png' ? covered.png() : covered.jpeg({ quality: 90, chromaSubsampling: '4:4:4' })
  return new Uint8Array(await encoded.toBuffer())
}
