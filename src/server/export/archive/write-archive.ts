import { sql, type Kysely } from 'kysely'
import { archiveHeader, toArchiveLine } from '../../../shared/archive.ts'
import type { Media } from '../../../shared/media.ts'
import type { Tables } from '../../database/tables.ts'
import type { TextRoom } from '../../spending/text-room.ts'
import { readUnlessGone } from '../../media/media-hash.ts'
import type { MediaLibrary } from '../../media/media-library.ts'
import type { Runs } from '../../runs/runs.ts'
import type { TextWork } from '../../text-workers/text-work.ts'
import { charsOf, toBase64, type FileItems } from '../file-messages.ts'

const runsAtOnce = 50

type Deps = { db: Kysely<Tables>; runs: Runs; media: MediaLibrary; work: TextWork; room: TextRoom }

/** Runs with their pictures and times as lines that can be imported again, each in pieces as it is read. */
export function createArchive({ db, runs, media, work, room }: Deps) {
  async function* toPictures(items: Media[], visitor: string, seen: Set<string>): AsyncGenerator<string> {
    for (const { id } of items) {
      if (seen.has(id)) continue
      seen.add(id)
      const { mime, read } = await media.open(id, visitor)
      const bytes = await readUnlessGone(read)
      // All else is worth having without one picture.
      if (!bytes) continue
      const [start = '', end = ''] = toArchiveLine({ type: 'media', id, mime, data: '|' }).split('|')
      yield start
      yield* toBase64(bytes)
      yield end
    }
  }

  return {
    /** These runs, parents before what follows from them. */
    async *ofRuns(items: FileItems, visitor: string, hasThinking: boolean): AsyncGenerator<string> {
      const seen = new Set<string>()
      yield toArchiveLine(archiveHeader)
      for await (const { run, timeline } of items()) {
        yield* toPictures(run.media, visitor, seen)
        yield await work.run('toArchiveRun', { run, timeline, hasThinking }, { owner: visitor, chars: charsOf(run) })
      }
    },

    /** All of a visitor's, oldest first, read one at a time; then the names and pins. */
    async *ofVisitor(visitor: string): AsyncGenerator<string> {
      const seen = new Set<string>()
      yield toArchiveLine(archiveHeader)
      for (let last: { created_at: number; id: string } | undefined; ;) {
        let query = db
          .selectFrom('runs')
          .select([
            'id',
            'created_at',
            sql<number>`octet_length(thinking_text) + octet_length(answer_text)`.as('bytes'),
          ])
          .where('visitor', '=', visitor)
          .where('deleted_at', 'is', null)
        if (last) {
          const { created_at, id } = last
          query = query.where(({ eb, or, and }) =>
            or([eb('created_at', '>', created_at), and([eb('created_at', '=', created_at), eb('id', '>', id)])]),
          )
        }
        const rows = await query.orderBy('created_at').orderBy('id').limit(runsAtOnce).execute()
        for (const { id, bytes } of rows) {
          const leave = await room(visitor, bytes)
          try {
            // One deleted in the meantime is left out.
            const told = await runs.readWithTimeline(id, visitor).catch(() => undefined)
            if (!told) continue
            yield* toPictures(told.run.media, visitor, seen)
            const job = { owner: visitor, chars: charsOf(told.run) }
            yield await work.run('toArchiveRun', { ...told, hasThinking: true }, job)
          } finally {
            leave()
          }
        }
        last = rows.at(-1)
        if (rows.length < runsAtOnce) break
      }
      const marks = await db.selectFrom('conversation_marks').selectAll().where('visitor', '=', visitor).execute()
      for (const { conversation, title, pinned_at } of marks) {
        yield toArchiveLine({
          type: 'conversation',
          id: conversation,
          ...(title !== null && { title }),
          ...(pinned_at !== null && { isPinned: true }),
        })
      }
    },
  }
}
