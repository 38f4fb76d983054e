import type { Cover } from '../../shared/share.ts'
import { limitConcurrency } from '../../shared/limit-concurrency.ts'
import { redactPicture } from './redact-picture.ts'

const maxKeptBytes = 32 * 1024 * 1024

export type CoveredPictures = ReturnType<typeof createRedactedPictures>

/** Covered copies, made when first asked for and kept while there is room: nothing to sweep, nothing to revoke. */
export function createRedactedPictures() {
  const inTurn = limitConcurrency(1)
  const kept = new Map<string, Promise<Uint8Array>>()
  const sizes = new Map<string, number>()

  return {
    async cover(mediaId: string, mime: string, read: () => Promise<Uint8Array>, boxes: Cover[]): Promise<Uint8Array> {
      const key = `${mediaId} ${JSON.stringify(boxes)}`
      const known = kept.get(key)
      if (known) return await known
      const made = inTurn(async () => await redactPicture(await read(), mime, boxes))
      kept.set(key, made)
      try {
        const bytes = await made
        sizes.set(key, bytes.byteLength)
        let total = 0
        for (const size of sizes.values()) total += size
        for (const [oldest, size] of sizes) {
          if (total <= maxKeptBytes) break
          total -= size
          sizes.delete(oldest)
          kept.delete(oldest)
        }
        return bytes
      } catch (error) {
        kept.delete(key)
        throw error
      }
    },
  }
}
