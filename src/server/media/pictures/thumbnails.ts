import sharp from 'sharp'
import { limitConcurrency } from '../../../shared/limit-concurrency.ts'

const sidePx = 96
const maxKept = 500

/** Small pictures for lists, made when first asked for; the last few hundred are kept in memory. */
export function createThumbs() {
  const inTurn = limitConcurrency(1)
  const kept = new Map<string, Promise<Uint8Array>>()
  return async (id: string, read: () => Promise<Uint8Array>): Promise<Uint8Array> => {
    const known = kept.get(id)
    kept.delete(id)
    const thumb =
      known ??
      inTurn(
        async () =>
          new Uint8Array(
            await sharp(await read())
              .resize(sidePx, sidePx, { fit: 'cover' })
              .webp({ quality: 75 })
              .toBuffer(),
          ),
      )
    kept.set(id, thumb)
    if (!known) thumb.catch(() => kept.delete(id))
    const oldest = kept.keys().next()
    if (kept.size > maxKept && !oldest.done) kept.delete(oldest.value)
    return await thumb
  }
}
