import { sql, type Kysely, type Selectable } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { reduceRun, type Run, type RunEvent, type Thinking } from '../../shared/run.ts'
import { fromTimeline } from '../../shared/timeline.ts'
import type { Media } from '../../shared/media.ts'

export type NewRun = Pick<
  Run,
  'id' | 'parent' | 'siblingOf' | 'question' | 'media' | 'model' | 'thinking' | 'createdAt'
> & { visitor: string; key?: string; bodyHash: string; isImported?: true }

/** A run as far as saved, and its events without their text. */
export type Folded = { run: Run; timeline: string }

/** What one commit saves for one run: events numbered already, and with the last of them the folded whole. */
export type Append = { runId: string; events: RunEvent[]; ended?: Folded }

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

  const toCheckpoint = (row: Pick<Row, 'timeline' | 'thinking_text' | 'answer_text'>) =>
    fromTimeline(row.timeline ?? '', row.thinking_text, row.answer_text)

  /** Of a run that has not ended: as far as its last checkpoint. */
  const toRun = (row: Row): Run =>
    row.result === null ? toCheckpoint(row).reduce(reduceRun, toBlank(row)) : toFolded(row)

  /** Nothing where there is nothing to save; no id where `owner` was taken for dead: it owns nothing any more. */
  async function commit(live: Append[], owner: string): Promise<{ id?: number } | undefined> {
    if (live.length === 0) return undefined
    const entries = JSON.stringify(live.map(({ runId, events }) => [runId, events]))
    const { rows } = await sql<{ id: number }>`
      insert into commits (owner, entries) select ${owner}, ${entries}
      where exists (select 1 from instances where id = ${owner}) returning id`.execute(db)
    return rows[0] ?? {}
  }

  async function saveFolded(runId: string, { run, timeline }: Folded, owner: string): Promise<boolean> {
    const isEnd = run.endedAt !== undefined
    const { numUpdatedRows } = await db
      .updateTable('runs')
      .set({
        thinking_text: run.thinkingText,
        answer_text: run.answerText,
        timeline,
        ...(isEnd && { owner: null, result: toResult(run) }),
      })
      .where('id', '=', runId)
      .where('owner', '=', owner)
      .executeTakeFirst()
    if (numUpdatedRows > 0n) return true
    // Saved before, by a try of which something else failed.
    const row = await db.selectFrom('runs').select('timeline').where('id', '=', runId).executeTakeFirst()
    return row?.timeline === timeline
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
      return { run: toRun(before), bodyHash: before.body_hash, isNew: false }
    },

    /**
     * Saves it: durable when the promise resolves; what failed in between can be saved again. Only of runs that `owner`
     * still holds: the ids of the others come back as `lost`, and nothing of them is saved.
     */
    async append(appends: Append[], owner: string): Promise<{ lost: string[]; commitId?: number }> {
      const live = appends.filter((append) => !append.ended && append.events.length > 0)
      const lost: string[] = []
      const [commited] = await Promise.all([
        commit(live, owner),
        ...appends.map(async ({ runId, ended }) => {
          if (ended && !(await saveFolded(runId, ended, owner))) lost.push(runId)
        }),
      ])
      if (commited && commited.id === undefined) lost.push(...live.map(({ runId }) => runId))
      return { lost, ...(commited?.id !== undefined && { commitId: commited.id }) }
    },

    /** Puts what commits told of a live run into its own row. */
    checkpoint: async (folded: Folded, owner: string): Promise<boolean> =>
      await saveFolded(folded.run.id, folded, owner),

    /** Lets go the commits of which every live run has a later checkpoint. */
    async dropCommits(owner: string, upTo: number): Promise<void> {
      await db.deleteFrom('commits').where('owner', '=', owner).where('id', '<=', upTo).execute()
    },

    async read(id: string, visitor: string): Promise<Run | undefined> {
      const row = await visible().where('id', '=', id).where('visitor', '=', visitor).executeTakeFirst()
      return row && toRun(row)
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
      for (;;) {
        const row = await db
          .selectFrom('runs')
          .select(['timeline', 'thinking_text', 'answer_text', 'result', 'owner'])
          .where('id', '=', id)
          .executeTakeFirst()
        if (!row) return undefined
        const events = toCheckpoint(row).slice(after)
        if (row.result !== null) return { events, isEnded: true }
        let lastSeq = after + events.length
        const { rows } = await sql<{ events: string }>`
          select item.value ->> 1 as events from commits, json_each(commits.entries) as item
          where commits.owner = ${row.owner} and item.value ->> 0 = ${id} order by commits.id`.execute(db)
        for (const event of rows.flatMap((entry) => JSON.parse(entry.events) as RunEvent[])) {
          if (event.seq !== lastSeq + 1) continue
          events.push(event)
          lastSeq = event.seq
        }
        // A checkpoint in between took the commits away: once more.
        const now = await db.selectFrom('runs').select(['owner', 'timeline']).where('id', '=', id).executeTakeFirst()
        if (now?.owner === row.owner && now?.timeline === row.timeline) return { events, isEnded: false }
      }
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

    async register(instance: string, time: number): Promise<void> {
      await db.insertInto('instances').values({ id: instance, lease_until: time }).execute()
    },

    /** A sign of life: the number only rises, whatever the clock does. False: another instance took it for dead. */
    async beat(instance: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('instances')
        .set({ lease_until: sql`lease_until + 1` })
        .where('id', '=', instance)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },

    async readBeats(): Promise<{ id: string; beat: number }[]> {
      return await db.selectFrom('instances').select(['id', 'lease_until as beat']).execute()
    },

    /** Of an instance without runs. */
    async forgetInstance(instance: string): Promise<void> {
      await db.deleteFrom('commits').where('owner', '=', instance).execute()
      await db.deleteFrom('instances').where('id', '=', instance).execute()
    },

    /** Takes all over from instances other than the living: from now on these can save nothing more. */
    async takeOver(owner: string, living: string[]): Promise<{ blank: Run; checkpoint: RunEvent[] }[]> {
      const known = [owner, ...living]
      const dead = await db.selectFrom('instances').select('id').where('id', 'not in', known).execute()
      const orphan = await db
        .selectFrom('runs')
        .select('id')
        .where('owner', 'is not', null)
        .where('owner', 'not in', known)
        .limit(1)
        .execute()
      if (dead.length === 0 && orphan.length === 0) return []
      const rows = await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('instances').where('id', 'not in', known).execute()
        await trx.updateTable('commits').set({ owner }).where('owner', 'not in', known).execute()
        return await trx
          .updateTable('runs')
          .set({ owner })
          .where('owner', 'is not', null)
          .where('owner', 'not in', known)
          .returningAll()
          .execute()
      })
      return rows.map((row) => ({ blank: toBlank(row), checkpoint: toCheckpoint(row) }))
    },

    /** What an instance committed, some commits at a time. */
    async *readCommits(owner: string): AsyncGenerator<[runId: string, events: RunEvent[]]> {
      for (let last = 0; ;) {
        const rows = await db
          .selectFrom('commits')
          .select(['id', 'entries'])
          .where('owner', '=', owner)
          .where('id', '>', last)
          .orderBy('id')
          .limit(100)
          .execute()
        for (const { id, entries } of rows) {
          last = id
          yield* JSON.parse(entries) as [string, RunEvent[]][]
        }
        if (rows.length === 0) return
      }
    },
  }
}
