import { sql, type Kysely, type Transaction } from 'kysely'
import { inPieces, inTransaction, isPostgres } from '../database/dialect.ts'
import type { Tables } from '../database/tables.ts'
import type { Run, RunEvent } from '../../shared/run/run.ts'
import { createCommitScan } from './instances/commit-scan.ts'
import { createInstanceStore } from './instances/instance-store.ts'
import { readRunPath } from './run-paths.ts'
import { unstartedRun, toCheckpoint, toResult, toRun, weighTexts } from './run-rows.ts'

export type NewRun = Pick<
  Run,
  'id' | 'parent' | 'siblingOf' | 'question' | 'media' | 'model' | 'thinking' | 'createdAt'
> & { visitor: string; key?: string; bodyHash: string; isImported?: true }

/** A run as far as saved, and its events without their text. */
export type Snapshot = { run: Run; timeline: string }

/** What one commit saves for one run: events numbered already, and with the last of them the folded whole. */
export type Append = { runId: string; events: RunEvent[]; ended?: Snapshot }

export type Saved = { events: RunEvent[]; isEnded: boolean; owner: string; upTo: number }

type Inserted = { run: Run; bodyHash: string; isNew: boolean }

/** What comes to be together with a run, or not at all. */
export type Alongside = (trx: Transaction<Tables>, runId: string) => Promise<void>

export type RunStore = ReturnType<typeof createRunStore>

const undoMs = 10_000
/** Clocks of instances are this close to each other. */
const maxClockSkewMs = 5 * 60_000
/** An idempotency key is kept this long. */
export const idempotencyTtlMs = 24 * 3_600_000

/** Rows of one statement, and characters of texts in them. */
const maxRows = 200
const maxChars = 2_000_000

function toPieces(all: Snapshot[]): Snapshot[][] {
  const pieces: Snapshot[][] = []
  let chars = Infinity
  for (const folded of all) {
    const size = folded.run.thinkingText.length + folded.run.answerText.length + folded.timeline.length
    const piece = pieces.at(-1)
    chars += size
    if (piece && piece.length < maxRows && chars <= maxChars) piece.push(folded)
    else {
      pieces.push([folded])
      chars = size
    }
  }
  return pieces
}

/**
 * Runs and their events on the database. All reads of a visitor's runs leave out the deleted. `saving` is the same
 * database over connections that nothing slow goes over.
 */
export function createRunStore(db: Kysely<Tables>, saving = db) {
  const scanCommits = createCommitScan(db)
  const visible = () => db.selectFrom('runs').selectAll().where('deleted_at', 'is', null)

  /**
   * No id where `owner` was taken for dead: it owns nothing any more. On Postgres whoever takes over waits for this
   * commit, or this one for them.
   */
  async function commit(trx: Kysely<Tables>, committed: Append[], owner: string): Promise<{ id?: number }> {
    const entries = JSON.stringify(committed.map(({ runId, events }) => [runId, events]))
    const { rows } = await sql<{ id: number }>`
      insert into commits (owner, entries)
      select instances.id, ${entries} from instances where instances.id = ${owner}
      ${isPostgres(trx) ? sql`for key share` : sql``} returning id`.execute(trx)
    return rows[0] ?? {}
  }

  /** Puts the runs into their rows; the ids of those that `owner` does not hold come back. */
  async function saveFolded(trx: Kysely<Tables>, all: Snapshot[], owner: string, commitsFrom?: number) {
    const disowned: string[] = []
    for (const piece of toPieces(all)) {
      const rows = piece.map(({ run, timeline }) => {
        const result = run.endedAt === undefined ? null : toResult(run)
        const texts = [run.question, JSON.stringify(run.media), run.thinkingText, run.answerText, timeline]
        const bytes = result === null ? 0 : weighTexts(texts)
        return sql`(${run.id}, ${run.thinkingText}, ${run.answerText}, ${timeline}, ${result}, ${bytes})`
      })
      const { rows: saved } = await sql<{ id: string }>`
        with folded (run_id, thinking, answer, lines, ending, weight) as (values ${sql.join(rows)})
        update runs set
          thinking_text = folded.thinking, answer_text = folded.answer, timeline = folded.lines,
          bytes = case when folded.ending is null then bytes else cast(folded.weight as bigint) end,
          result = folded.ending, owner = case when folded.ending is null then owner end,
          commits_from = ${commitsFrom === undefined ? sql`commits_from` : sql.lit(commitsFrom)}
        from folded where runs.id = folded.run_id and owner = ${owner} returning id`.execute(trx)
      for (const { run, timeline } of piece) {
        if (saved.some(({ id }) => id === run.id)) continue
        // Saved before, by a try of which something else failed.
        const row = await trx.selectFrom('runs').select('timeline').where('id', '=', run.id).executeTakeFirst()
        if (row?.timeline !== timeline) disowned.push(run.id)
      }
    }
    return disowned
  }

  /** Nothing where the run of this key was deleted at this very moment: then there is room for a new one. */
  async function insertOrFind(
    trx: Kysely<Tables>,
    run: NewRun,
    owner: string,
    commitsFrom: number,
    alongside?: () => Promise<void>,
  ): Promise<Inserted | undefined> {
    if (run.key !== undefined) {
      await trx
        .updateTable('runs')
        .set({ key: null })
        .where('visitor', '=', run.visitor)
        .where('key', '=', run.key)
        .where('created_at', '<', run.createdAt - idempotencyTtlMs)
        .execute()
    }
    const inserted = await trx
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
        commits_from: commitsFrom,
        bytes: weighTexts([run.question, JSON.stringify(run.media)]),
      }))
      .onConflict((conflict) => conflict.columns(['visitor', 'key']).doNothing())
      .returningAll()
      .executeTakeFirst()
    if (inserted) {
      await alongside?.()
      return { run: unstartedRun(inserted), bodyHash: run.bodyHash, isNew: true }
    }
    const before = await trx
      .selectFrom('runs')
      .selectAll()
      .where('visitor', '=', run.visitor)
      .where('key', '=', run.key ?? '')
      .executeTakeFirst()
    return before && { run: toRun(before), bodyHash: before.body_hash, isNew: false }
  }

  return {
    ...createInstanceStore(db, saving),

    /**
     * The new run, or the one this visitor's key made before (`isNew` false). What `alongside` does for a new one is saved
     * together with it, and without it there is none.
     */
    async insert(run: NewRun, owner: string, commitsFrom = 0, alongside?: Alongside): Promise<Inserted> {
      const attempt = alongside
        ? () => inTransaction(db, (trx) => insertOrFind(trx, run, owner, commitsFrom, () => alongside(trx, run.id)))
        : () => insertOrFind(db, run, owner, commitsFrom)
      for (;;) {
        const inserted = await attempt()
        if (inserted) return inserted
      }
    },

    /**
     * Saves it: durable when the promise resolves; what failed in between can be saved again. Only of runs that `owner`
     * still holds: the ids of the others come back as `lost`, and nothing of them is saved.
     */
    async append(appends: Append[], owner: string): Promise<{ disowned: string[]; commitId?: number }> {
      const committed = appends.filter(({ events }) => events.length > 0)
      const ended = appends.flatMap((append) => append.ended ?? [])
      const tell = async (trx: Kysely<Tables>) =>
        committed.length > 0 ? await commit(trx, committed, owner) : undefined
      const fold = async (trx: Kysely<Tables>) => (ended.length > 0 ? await saveFolded(trx, ended, owner) : [])
      // SQLite commits together what comes together, and holds up other writers for nobody's transaction.
      const [inserted, disowned] =
        isPostgres(saving) && committed.length > 0 && ended.length > 0
          ? await inTransaction(saving, async (trx) => [await tell(trx), await fold(trx)] as const)
          : await Promise.all([tell(saving), fold(saving)])
      if (inserted && inserted.id === undefined) {
        disowned.push(...committed.filter((append) => !append.ended).map(({ runId }) => runId))
      }
      return { disowned, ...(inserted?.id !== undefined && { commitId: inserted.id }) }
    },

    /** Puts what commits up to `commitsFrom` told of live runs into their rows. */
    async checkpoint(all: Snapshot[], owner: string, commitsFrom: number): Promise<void> {
      await saveFolded(saving, all, owner, commitsFrom)
    },

    /** Lets go the commits of which every live run has a later checkpoint. */
    async dropCommits(owner: string, upTo: number): Promise<void> {
      await db.deleteFrom('commits').where('owner', '=', owner).where('id', '<=', upTo).execute()
    },

    async read(id: string, visitor: string): Promise<Run | undefined> {
      const row = await visible().where('id', '=', id).where('visitor', '=', visitor).executeTakeFirst()
      return row && toRun(row)
    },

    readPath: async (id: string, visitor: string) => await readRunPath(db, id, visitor),

    /** Of a run that has ended: its events without their texts. */
    async readTimeline(id: string): Promise<string | undefined> {
      const row = await db
        .selectFrom('runs')
        .select('timeline')
        .where('id', '=', id)
        .where('result', 'is not', null)
        .executeTakeFirst()
      return row?.timeline ?? undefined
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

    /**
     * The saved events after `after`. Of a run that has not ended: who holds it, and the last of its holder's commits
     * that was looked at. Nothing: there is no such run.
     */
    async readAfter(id: string, after: number): Promise<Saved | undefined> {
      for (;;) {
        const row = await db
          .selectFrom('runs')
          .select(['timeline', 'thinking_text', 'answer_text', 'result', 'owner', 'commits_from'])
          .where('id', '=', id)
          .executeTakeFirst()
        if (!row) return undefined
        const events = toCheckpoint(row).slice(after)
        const owner = row.owner ?? ''
        if (row.result !== null) return { events, isEnded: true, owner, upTo: 0 }
        let lastSeq = after + events.length
        const { upTo } = await db
          .selectFrom('commits')
          .select(({ fn }) => fn.max('id').as('upTo'))
          .where('owner', '=', owner)
          .executeTakeFirstOrThrow()
        for (const event of await scanCommits(owner, row.commits_from, id)) {
          if (event.seq !== lastSeq + 1) continue
          events.push(event)
          lastSeq = event.seq
        }
        // A checkpoint in between took the commits away: once more.
        const now = await db.selectFrom('runs').select(['owner', 'timeline']).where('id', '=', id).executeTakeFirst()
        if (now?.owner === row.owner && now?.timeline === row.timeline) {
          return { events, isEnded: false, owner, upTo: upTo ?? 0 }
        }
      }
    },

    /** Who holds each of these runs, nobody any more (`null`), or there is no such run (absent). */
    async readOwners(ids: string[]): Promise<Map<string, string | null>> {
      const rows = await inPieces(ids, (piece) =>
        db.selectFrom('runs').select(['id', 'owner']).where('id', 'in', piece).execute(),
      )
      return new Map(rows.map(({ id, owner }) => [id, owner]))
    },

    /** Whoever holds the run is to stop it. */
    async requestStop(id: string): Promise<void> {
      await db
        .insertInto('stops')
        .columns(['run_id'])
        .expression(({ selectFrom }) =>
          selectFrom('runs').select('id').where('id', '=', id).where('owner', 'is not', null),
        )
        .onConflict((conflict) => conflict.column('run_id').doNothing())
        .execute()
    },

    /** The live runs that are to be stopped or were deleted. */
    async readStopRequests(): Promise<string[]> {
      const asked = await db
        .selectFrom('stops')
        .innerJoin('runs', 'runs.id', 'stops.run_id')
        .select(['runs.id', 'runs.owner'])
        .execute()
      const over = asked.filter(({ owner }) => owner === null).map(({ id }) => id)
      await inPieces(over, (piece) => db.deleteFrom('stops').where('run_id', 'in', piece).execute())
      const deleted = await db
        .selectFrom('runs')
        .select(['id', 'owner'])
        .where('deleted_at', 'is not', null)
        .where('owner', 'is not', null)
        .execute()
      return [...asked, ...deleted].filter(({ owner }) => owner !== null).map(({ id }) => id)
    },

    /**
     * The ids of the run and all that follow from it, or of its whole conversation, now marked deleted at `time`. Empty:
     * no such run.
     */
    async markDeleted(id: string, visitor: string, time: number, isWhole: boolean): Promise<string[]> {
      return await inTransaction(db, async (trx) => {
        const rows = await trx
          .selectFrom('runs')
          .select(['id', 'parent'])
          .where('conversation', '=', ({ selectFrom }) =>
            selectFrom('runs').select('conversation').where('id', '=', id).where('visitor', '=', visitor),
          )
          .where('deleted_at', 'is', null)
          .execute()
        if (!rows.some((row) => row.id === id)) return []
        const children = new Map<string | null, string[]>()
        for (const row of rows) children.set(row.parent, [])
        for (const row of rows) children.get(row.parent)?.push(row.id)
        const ids = isWhole ? rows.map((row) => row.id) : [id]
        // Grows as it is walked, from each run to those that follow from it.
        if (!isWhole) for (const parent of ids) for (const child of children.get(parent) ?? []) ids.push(child)
        await inPieces(ids, (piece) =>
          trx.updateTable('runs').set({ deleted_at: time }).where('id', 'in', piece).execute(),
        )
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
        .where('deleted_at', '<=', time + maxClockSkewMs)
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

    /** Deletes for good what can no longer be restored, or was deleted by a clock that has been set back since. */
    async purge(time: number): Promise<void> {
      const { numDeletedRows } = await db
        .deleteFrom('runs')
        .where(({ eb, or }) =>
          or([eb('deleted_at', '<=', time - undoMs), eb('deleted_at', '>', time + maxClockSkewMs)]),
        )
        .where('owner', 'is', null)
        .executeTakeFirst()
      if (numDeletedRows === 0n) return
      await db
        .deleteFrom('conversation_marks')
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('runs')
                .select('runs.id')
                .whereRef('runs.conversation', '=', 'conversation_marks.conversation'),
            ),
          ),
        )
        .execute()
    },
  }
}
