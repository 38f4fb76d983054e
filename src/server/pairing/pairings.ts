import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { ProblemError } from '../../shared/problem.ts'
import type { Tables } from '../database/tables.ts'

const lifeMs = 5 * 60_000

export type Pairings = ReturnType<typeof createPairings>

const toHash = (code: string) => createHash('sha256').update(code).digest('hex')
const gone = () =>
  new ProblemError(404, 'pairing-gone', 'This code was used or is too old. Show a new one on the other device.')

/** A code by which one picture may be added to a visitor's draft from another device: once, within minutes. */
export function createPairings(db: Kysely<Tables>, now: () => number = Date.now) {
  const row = (code: string) => db.selectFrom('pairings').selectAll().where('code_hash', '=', toHash(code))

  return {
    async create(visitor: string): Promise<{ code: string; expiresAt: number }> {
      const code = randomBytes(16).toString('base64url')
      const expiresAt = now() + lifeMs
      await db.deleteFrom('pairings').where('expires_at', '<', now()).execute()
      await db
        .insertInto('pairings')
        .values({ code_hash: toHash(code), visitor, expires_at: expiresAt, media_id: null })
        .execute()
      return { code, expiresAt }
    },

    /** What came, to the one who shows the code. */
    async read(code: string, visitor: string): Promise<{ mediaId: string | null }> {
      const found = await row(code).where('visitor', '=', visitor).executeTakeFirst()
      if (!found || (found.media_id === null && found.expires_at <= now())) throw gone()
      return { mediaId: found.media_id }
    },

    /** Whose draft the code leads to; throws once it was used or is too old. */
    async readVisitor(code: string): Promise<string> {
      const found = await row(code).executeTakeFirst()
      if (!found || found.media_id !== null || found.expires_at <= now()) throw gone()
      return found.visitor
    },

    /** Of two at once the first counts. */
    async complete(code: string, mediaId: string): Promise<void> {
      const { numUpdatedRows } = await db
        .updateTable('pairings')
        .set({ media_id: mediaId })
        .where('code_hash', '=', toHash(code))
        .where('media_id', 'is', null)
        .where('expires_at', '>', now())
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw gone()
    },
  }
}
