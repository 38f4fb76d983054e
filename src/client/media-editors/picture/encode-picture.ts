import { dropProfile } from './drop-profile.ts'

/** The server keeps a picture below this as it is, so that it is encoded once. */
const maxBytes = 7 * 1024 * 1024
const qualities = [0.92, 0.8, 0.6]

/** PNG where wished and small enough, else JPEG. */
export async function encodePicture(canvas: OffscreenCanvas, isLossless: boolean): Promise<Blob> {
  if (isLossless) {
    const blob = await canvas.convertToBlob({ type: 'image/png' })
    if (blob.size <= maxBytes) return blob
  }
  for (const quality of qualities) {
    const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality })
    if (blob.size <= maxBytes || quality === qualities.at(-1)) return await dropProfile(blob)
  }
  throw new Error('no encoder')
}
