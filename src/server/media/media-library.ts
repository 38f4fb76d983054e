import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Media } from '../../shared/media.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Tables } from '../database/tables.ts'
import type { MediaFiles } from './media-files.ts'
import { normaliseImage } from './normalise-image.ts'

export type MediaLibrary = ReturnType<typeof createMediaLibrary>

/** The pictures of each visitor: normalised once, stored under their hash, the same picture once per visitor. */
export function createMediaLibrary(db: Kysely<Tables>, files: MediaFiles) {
  async function readRow(id: string, visitor: string) {
    const row = await db
      .selectFrom('media')
      .select(['hash', 'media'])
      .where('id', '=', id)
      .where('visitor', '=', visitor)
      .executeTakeFirst()
    if (!row)
      throw new ProblemError(
        404,
        'unknown-media',
        'There is no such picture, or it belongs to somebody else. Add it again.',
      )
    return { hash: row.hash, media: JSON.parse(row.media) as Media }
  }

  return {
    async add(original: Uint8Array, visitor: string): Promise<Media> {
      const image = await normaliseImage(original)
      const hash = createHash('sha256').update(image.bytes).digest('hex')
      // The file first: a row never stands without its bytes.
      await files.put(hash, image.bytes)
      const media: Media = {
        id: randomBytes(16).toString('base64url'),
        kind: 'image',
        mime: image.mime,
        width: image.width,
        height: image.height,
        bytes: image.bytes.byteLength,
        ...(image.isFirstFrame && { isFirstFrame: true }),
      }
      await db
        .insertInto('media')
        .values({ id: media.id, visitor, hash, media: JSON.stringify(media), created_at: Date.now() })
        .onConflict((conflict) => conflict.columns(['visitor', 'hash']).doNothing())
        .execute()
      const row = await db
        .selectFrom('media')
        .select('media')
        .where('visitor', '=', visitor)
        .where('hash', '=', hash)
        .executeTakeFirstOrThrow()
      return JSON.parse(row.media) as Media
    },

    read: async (id: string, visitor: string): Promise<Media> => (await readRow(id, visitor)).media,

    async open(id: string, visitor: string) {
      const { hash, media } = await readRow(id, visitor)
      return { mime: media.mime, read: () => files.read(hash) }
    },
  }
}
