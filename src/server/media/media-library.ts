import { createHash, randomBytes } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { Media } from '../../shared/media.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Tables } from '../database/tables.ts'
import { deleteUnused } from './delete-unused.ts'
import type { MediaFiles } from './media-files.ts'
import { normaliseImage } from './normalise-image.ts'

export type MediaLibrary = ReturnType<typeof createMediaLibrary>

/** The pictures of each visitor: normalised once, stored under their hash, the same picture once per visitor. */
export function createMediaLibrary(db: Kysely<Tables>, files: MediaFiles, quotaBytes = Infinity) {
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

  async function checkQuota(visitor: string, bytes: number) {
    const { kept } = await db
      .selectFrom('media')
      .select(sql<number>`coalesce(sum(media ->> 'bytes'), 0)`.as('kept'))
      .where('visitor', '=', visitor)
      .executeTakeFirstOrThrow()
    if (kept + bytes <= quotaBytes) return
    const megabytes = Math.round(quotaBytes / 1_000_000)
    throw new ProblemError(
      413,
      'quota-full',
      `A visitor may keep ${megabytes} MB of pictures here. Delete questions you no longer need, then add it again.`,
    )
  }

  return {
    async add(original: Uint8Array, visitor: string): Promise<Media> {
      const image = await normaliseImage(original)
      const hash = createHash('sha256').update(image.bytes).digest('hex')
      if (quotaBytes !== Infinity) {
        await checkQuota(visitor, image.bytes.byteLength).catch(async (error: unknown) => {
          // What deleted questions left may go now.
          if ((await deleteUnused(db, visitor)) === 0) throw error
          await checkQuota(visitor, image.bytes.byteLength)
        })
      }
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
        .onConflict((conflict) =>
          conflict.columns(['visitor', 'hash']).doUpdateSet({ created_at: Date.now(), asked_at: null }),
        )
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
