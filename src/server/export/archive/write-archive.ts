import type { Kysely } from 'kysely'
import { archiveHeader, toArchiveLine, type ArchivedRun } from '../../../shared/archive.ts'
import { isThinkingEvent } from '../../../shared/run/event-kinds.ts'
import type { Run } from '../../../shared/run/run.ts'
import type { Tables } from '../../database/tables.ts'
import type { MediaLibrary } from '../../media/media-library.ts'
import type { Runs } from '../../runs/runs.ts'
import { toTimeline } from '../../../shared/run/timeline.ts'

const runsAtOnce = 50

/** Runs with their pictures and times as lines that can be imported again. */
export function createArchive(db: Kysely<Tables>, runs: Runs, media: MediaLibrary) {
  async function* toLines(run: Run, timeline: string, visitor: string, seen: Set<string>): AsyncGenerator<string> {
    for (const { id } of run.media) {
      if (seen.has(id)) continue
      seen.add(id)
      const { mime, read } = await media.open(id, visitor)
      yield toArchiveLine({ type: 'media', id, mime, data: Buffer.from(await read()).toString('base64') })
    }
    const { id, parent, siblingOf, question, model, thinking, createdAt, thinkingText, answerText } = run
    const line: ArchivedRun = {
      type: 'run',
      id,
      ...(parent !== undefined && { parent }),
      ...(siblingOf !== undefined && { siblingOf }),
      question,
      media: run.media.map((item) => item.id),
      model,
      thinking,
      createdAt,
      thinkingText,
      answerText,
      timeline,
    }
    yield toArchiveLine(line)
  }

  /** Without its thinking a run keeps neither the text nor the times nor the counts of it. */
  async function readTimeline(id: string, hasThinking = true): Promise<string> {
    const events = await runs.readEvents(id)
    return toTimeline(
      hasThinking ? events : events.filter((event) => !isThinkingEvent(event) && event.type !== 'usage'),
    )
  }

  return {
    /** These runs, parents before what follows from them. */
    async *ofRuns(chosen: Run[], visitor: string, hasThinking: boolean): AsyncGenerator<string> {
      const seen = new Set<string>()
      yield toArchiveLine(archiveHeader)
      for (const run of chosen) yield* toLines(run, await readTimeline(run.id, hasThinking), visitor, seen)
    },

    /** All of a visitor's, oldest first, read some at a time; then the names and pins. */
    async *ofVisitor(visitor: string): AsyncGenerator<string> {
      const seen = new Set<string>()
      yield toArchiveLine(archiveHeader)
      for (let last: { created_at: number; id: string } | undefined; ;) {
        let query = db
          .selectFrom('runs')
          .select(['id', 'created_at'])
          .where('visitor', '=', visitor)
          .where('deleted_at', 'is', null)
        if (last) {
          const { created_at, id } = last
          query = query.where(({ eb, or, and }) =>
            or([eb('created_at', '>', created_at), and([eb('created_at', '=', created_at), eb('id', '>', id)])]),
          )
        }
        const rows = await query.orderBy('created_at').orderBy('id').limit(runsAtOnce).execute()
        for (const { id } of rows) {
          // One deleted in the meantime is left out.
          const run = await runs.read(id, visitor).catch(() => undefined)
          if (run) yield* toLines(run, await readTimeline(id), visitor, seen)
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
