import { sql, type Kysely, type Selectable } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { reduceRun, type Run, type RunEvent, type Thinking } from '../../shared/run.ts'
import { fromTimeline } from '../../shared/timeline.ts'
import type { Media } from '../../shared/media.ts'

export type NewRun = Pick<
  Run,
  'id' | 'parent' | 'siblingOf' | 'question' | 'media' | 'model' | 'thinking' | 'createdAt'
> & { visitor: string; key?: string; bodyHash: string; isImported?: true }

/** What one commit saves for one run: events numbered already, and with the last of them the folded whole. */
export type Append = { runId: string; events: RunEvent[]; ended?: { run: Run; timeline: string } }

export type RunStore = ReturnType<typeof createRunStore>

type Row = Selectable<Tables['runs']>

const undoMs = 10_000
const keyMs = 24 * 3_600_000

const toBlank = (row: Row): Run => ({
  id: row.id,
  ...(row.parent !== null && { parent: row.parent }),
  ...(row.sibling_of !== null && { siblingOf: row.sibling_of }),
  question: row.question,
  media: JSON.parse(row.media) as Media[],
  model: row.model,
  thinking: JSON.parse(row.thinking) as Thinking,
  status: 'waiting',
  thinkingText: '',
  answerText: '',
  createdAt: row.created_at,
  lastSeq: 0,
  ...(row.is_imported === 1 && { isImported: true }),
})

export const toFolded = (row: Row): Run => ({
  ...toBlank(row),
  thinkingText: row.thinking_text,
  answerText: row.answer_text,
  ...(JSON.parse(row.result ?? '{}') as Partial<Run>),
})

const toResult = (run: Run) =>
  JSON.stringify({
    status: run.status,
    usage: run.usage,
    finish: run.finish,
    error: run.error,
    lastSeq: run.lastSeq,
    thinkingStartedAt: run.thinkingStartedAt,
    answerStartedAt: run.answerStartedAt,
    endedAt: run.endedAt,
  })

/** Runs and their events on the database. All reads of a visitor's runs leave out the deleted. */
export function createRunStore(db: Kysely<Tables>) {
  const visible = () => db.selectFrom('runs').selectAll().where('deleted_at', 'is', null)

  async function readSavedEvents(runId: string, after = 0): Promise<RunEvent[]> {
    const rows = await db
      .selectFrom('events')
      .select('events')
      .where('run_id', '=', runId)
      .where('first_seq', '>', after)
      .orderBy('first_seq')
      .execute()
    return rows.flatMap((row) => JSON.parse(row.events) as RunEvent[])
  }

  async function toRun(row: Row): Promise<Run> {
    if (row.result !== null) return toFolded(row)
    return (await readSavedEvents(row.id)).reduce(reduceRun, toBlank(row))
  }

  return {
    /** The new run, or the one this visitor's key made before (`isNew` false). */
    async insert(run: NewRun, owner: string): Promise<{ run: Run; bodyHash: string; isNew: boolean }> {
      if (run.key !== undefined) {
        await db
          .updateTable('runs')
          .set({ key: null })
          .where('visitor', '=', run.visitor)
          .where('key', '=', run.key)
          .where('created_at', '<', run.createdAt - keyMs)
          .execute()
      }
      const inserted = await db
        .insertInto('runs')
        .values(({ selectFrom }) => ({
          id: run.id,
          conversation:
            run.parent === undefined
              ? (run.siblingOf ?? run.id)
              : selectFrom('runs').select('conversation').where('id', '=', run.parent),
          visitor: run.visitor,
          parent: run.parent ?? null,
          sibling_of: run.siblingOf ?? null,
          is_imported: run.isImported ? 1 : 0,
          question: run.question,
          media: JSON.stringify(run.media),
          model: run.model,
          thinking: JSON.stringify(run.thinking),
          key: run.key ?? null,
          body_hash: run.bodyHash,
          owner,
          created_at: run.createdAt,
          deleted_at: null,
          result: null,
          thinking_text: '',
          answer_text: '',
          timeline: null,
        }))
        .onConflict((conflict) => conflict.columns(['visitor', 'key']).doNothing())
        .returningAll()
        .executeTakeFirst()
      if (inserted) return { run: toBlank(inserted), bodyHash: run.bodyHash, isNew: true }
      const before = await db
        .selectFrom('runs')
        .selectAll()
        .where('visitor', '=', run.visitor)
        .where('key', '=', run.key ?? '')
        .executeTakeFirstOrThrow()
      return { run: await toRun(before), bodyHash: before.body_hash, isNew: false }
    },

    /**
     * Saves all of it in one transaction: durable when the promise resolves. Only of runs that `owner` still holds: the
     * ids of the others come back, and nothing of them is saved.
     */
    async append(appends: Append[], owner: string): Promise<string[]> {
      const live = appends.filter((append) => !append.ended && append.events.length > 0)
      const lost: string[] = []
      await db.transaction().execute(async (trx) => {
        if (live.length > 0) {
          const rows = JSON.stringify(live.map(({ runId, events }) => [runId, events[0]?.seq, events]))
          const { numAffectedRows } = await sql`
            insert into events (run_id, first_seq, events)
            select runs.id, value ->> 1, value -> 2 from json_each(${rows})
            join runs on runs.id = value ->> 0 and runs.owner = ${owner}`.execute(trx)
          if (Number(numAffectedRows) < live.length) {
            const ids = live.map(({ runId }) => runId)
            const held = await trx
              .selectFrom('runs')
              .select('id')
              .where('id', 'in', ids)
              .where('owner', '=', owner)
              .execute()
            lost.push(...ids.filter((id) => !held.some((row) => row.id === id)))
          }
        }
        for (const { runId, ended } of appends) {
          if (!ended) continue
          const { numUpdatedRows } = await trx
            .updateTable('runs')
            .set({
              owner: null,
              result: toResult(ended.run),
              thinking_text: ended.run.thinkingText,
              answer_text: ended.run.answerText,
              timeline: ended.timeline,
            })
            .where('id', '=', runId)
            .where('owner', '=', owner)
            .executeTakeFirst()
          if (numUpdatedRows === 0n) lost.push(runId)
          else await trx.deleteFrom('events').where('run_id', '=', runId).execute()
        }
      })
      return lost
    },

    async read(id: string, visitor: string): Promise<Run | undefined> {
      const row = await visible().where('id', '=', id).where('visitor', '=', visitor).executeTakeFirst()
      return row && (await toRun(row))
    },

    async belongsTo(id: string, visitor: string): Promise<boolean> {
      const row = await db
        .selectFrom('runs')
        .select('id')
        .where('id', '=', id)
        .where('visitor', '=', visitor)
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
      return row !== undefined
    },

    /** The saved events after `after`, and whether more may come. Nothing: there is no such run. */
    async readAfter(id: string, after: number): Promise<{ events: RunEvent[]; isEnded: boolean } | undefined> {
      const row = await db
        .selectFrom('runs')
        .select(['timeline', 'thinking_text', 'answer_text'])
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) return undefined
      if (row.timeline === null) return { events: await readSavedEvents(id, after), isEnded: false }
      return { events: fromTimeline(row.timeline, row.thinking_text, row.answer_text).slice(after), isEnded: true }
    },

    /**
     * The ids of the run and all that follow from it, or of its whole conversation, now marked deleted at `time`. Empty:
     * no such run.
     */
    async markDeleted(id: string, visitor: string, time: number, isWhole: boolean): Promise<string[]> {
      return await db.transaction().execute(async (trx) => {
        const rows = await trx
          .selectFrom('runs')
          .select(['id', 'parent'])
          .where('conversation', '=', ({ selectFrom }) =>
            selectFrom('runs').select('conversation').where('id', '=', id).where('visitor', '=', visitor),
          )
          .where('deleted_at', 'is', null)
          .execute()
        if (!rows.some((row) => row.id === id)) return []
        const ids = isWhole ? rows.map((row) => row.id) : [id]
        for (const parent of isWhole ? [] : ids) {
          ids.push(...rows.filter((row) => row.parent === parent).map((row) => row.id))
        }
        await trx.updateTable('runs').set({ deleted_at: time }).where('id', 'in', ids).execute()
        return ids
      })
    },

    /** All of a visitor's runs, now marked deleted at `time`. */
    async markAllDeleted(visitor: string, time: number): Promise<string[]> {
      const rows = await db
        .updateTable('runs')
        .set({ deleted_at: time })
        .where('visitor', '=', visitor)
        .where('deleted_at', 'is', null)
        .returning('id')
        .execute()
      return rows.map(({ id }) => id)
    },

    /** Undoes a deletion younger than ten seconds, with all that went along. */
    async restore(id: string, visitor: string, time: number): Promise<boolean> {
      const row = await db
        .selectFrom('runs')
        .select('deleted_at')
        .where('id', '=', id)
        .where('visitor', '=', visitor)
        .where('deleted_at', '>', time - undoMs)
        .executeTakeFirst()
      if (!row) return false
      await db
        .updateTable('runs')
        .set({ deleted_at: null })
        .where('visitor', '=', visitor)
        .where('deleted_at', '=', row.deleted_at)
        .execute()
      return true
    },

    /** Deletes for good what can no longer be restored. */
    async purge(time: number): Promise<void> {
      const { numDeletedRows } = await db
        .deleteFrom('runs')
        .where('deleted_at', '<=', time - undoMs)
        .where('owner', 'is', null)
        .executeTakeFirst()
      if (numDeletedRows === 0n) return
      await db
        .deleteFrom('conversation_marks')
        .where('conversation', 'not in', ({ selectFrom }) => selectFrom('runs').select('conversation'))
        .execute()
    },

    /** A sign of life: the number only rises, whatever the clock does. */
    async beat(instance: string, time: number): Promise<void> {
      await db
        .insertInto('instances')
        .values({ id: instance, lease_until: time })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ lease_until: sql`instances.lease_until + 1` }))
        .execute()
    },

    async readBeats(): Promise<{ id: string; beat: number }[]> {
      return await db.selectFrom('instances').select(['id', 'lease_until as beat']).execute()
    },

    async forgetInstance(instance: string): Promise<void> {
      await db.deleteFrom('instances').where('id', '=', instance).execute()
    },

    /** Takes runs over from instances other than the living, some at a time: from now on these can save nothing more. */
    async takeOver(owner: string, living: string[]): Promise<{ blank: Run; events: RunEvent[] }[]> {
      const rows = await db
        .updateTable('runs')
        .set({ owner })
        .where('id', 'in', (nested) =>
          nested
            .selectFrom('runs')
            .select('id')
            .where('owner', 'is not', null)
            .where('owner', 'not in', [owner, ...living])
            .limit(200),
        )
        .returningAll()
        .execute()
      return await Promise.all(
        rows.map(async (row) => ({ blank: toBlank(row), events: await readSavedEvents(row.id) })),
      )
    },
  }
}
