import { sql, type Kysely } from 'kysely'
import type { HistoryEntry, HistoryPage } from '../../shared/history.ts'
import type { Tables } from '../database/tables.ts'
import { toSnapshot } from '../runs/run-rows.ts'
import type { Runs } from '../runs/runs.ts'
import { createSearch, type Cursor } from './search.ts'
import { normaliseForSearch } from './search-signature.ts'
import { toSnippet } from './to-snippet.ts'

const shownChars = 200
const maxPinned = 100

/** The newest run of a conversation, or the one a search found in it. */
type Active = Cursor & { conversation: string; snippet?: string }

const toNext = ({ created_at, id }: Cursor) => `${created_at}.${id}`

/** `cursor` as an earlier page gave it. */
function fromNext(cursor: string | undefined): Cursor | undefined {
  const [time, id] = cursor?.split('.') ?? []
  return time === undefined || id === undefined ? undefined : { created_at: Number(time), id }
}

/** A visitor's conversations by their newest run. Nothing is kept beside the runs but names, pins and signatures. */
export function createList(db: Kysely<Tables>, runs: Pick<Runs, 'read'>) {
  const search = createSearch(db, runs)

  /** The runs that nothing newer in their conversation follows. */
  const newest = (visitor: string) =>
    db
      .selectFrom('runs')
      .select(['runs.id', 'runs.conversation', 'runs.created_at'])
      .where('runs.visitor', '=', visitor)
      .where('runs.deleted_at', 'is', null)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('runs as newer')
              .select('newer.id')
              .whereRef('newer.conversation', '=', 'runs.conversation')
              .where('newer.deleted_at', 'is', null)
              .where(({ eb, or, and, ref }) =>
                or([
                  eb('newer.created_at', '>', ref('runs.created_at')),
                  and([eb('newer.created_at', '=', ref('runs.created_at')), eb('newer.id', '>', ref('runs.id'))]),
                ]),
              ),
          ),
        ),
      )

  async function toEntries(visitor: string, actives: Active[]): Promise<HistoryEntry[]> {
    if (actives.length === 0) return []
    const conversations = actives.map(({ conversation }) => conversation)
    const heads = await db
      .selectFrom('runs')
      .select((eb) => [
        ...(['id', 'visitor', 'parent', 'sibling_of', 'question', 'media', 'model', 'thinking'] as const),
        ...([
          'key',
          'body_hash',
          'owner',
          'created_at',
          'deleted_at',
          'result',
          'conversation',
          'is_imported',
          'commits_from',
        ] as const),
        sql<string>`substr(${eb.ref('thinking_text')}, 1, ${shownChars})`.as('thinking_text'),
        sql<string>`substr(${eb.ref('answer_text')}, 1, ${shownChars})`.as('answer_text'),
        'bytes',
        sql<null>`null`.as('timeline'),
      ])
      .where('conversation', 'in', conversations)
      .where('parent', 'is', null)
      .where('deleted_at', 'is', null)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    const live = await db
      .selectFrom('runs')
      .select('conversation')
      .where('conversation', 'in', conversations)
      .where('deleted_at', 'is', null)
      .where('owner', 'is not', null)
      .execute()
    const marks = await db
      .selectFrom('conversation_marks')
      .selectAll()
      .where('conversation', 'in', conversations)
      .execute()
    return (
      await Promise.all(
        actives.map(async ({ id, created_at, conversation, snippet }) => {
          const head = heads.findLast((row) => row.conversation === conversation)
          if (!head) return []
          const run = head.result === null ? await runs.read(head.id, visitor).catch(() => undefined) : toSnapshot(head)
          if (!run) return []
          const mark = marks.find((each) => each.conversation === conversation)
          return [
            {
              ...run,
              thinkingText: run.thinkingText.slice(0, shownChars),
              answerText: run.answerText.slice(0, shownChars),
              activeAt: created_at,
              openId: id,
              ...(live.some((each) => each.conversation === conversation) && { isLive: true as const }),
              ...(mark?.title != null && { title: mark.title }),
              ...(mark?.pinned_at != null && { isPinned: true as const }),
              ...(snippet !== undefined && snippet !== '' && { snippet }),
            } satisfies HistoryEntry,
          ]
        }),
      )
    ).flat()
  }

  async function readPinned(visitor: string): Promise<HistoryEntry[]> {
    const rows = await newest(visitor)
      .innerJoin('conversation_marks', 'conversation_marks.conversation', 'runs.conversation')
      .where('conversation_marks.visitor', '=', visitor)
      .where('conversation_marks.pinned_at', 'is not', null)
      .orderBy('conversation_marks.pinned_at', 'desc')
      .limit(maxPinned)
      .execute()
    return await toEntries(visitor, rows)
  }

  async function readAll(visitor: string, cursor: string | undefined, limit: number): Promise<HistoryPage> {
    const before = fromNext(cursor)
    let query = newest(visitor)
    if (before) {
      query = query
        // Says nothing new, and lets every engine begin in the middle of the index.
        .where('runs.created_at', '<=', before.created_at)
        .where(({ eb, or }) => or([eb('runs.created_at', '<', before.created_at), eb('runs.id', '<', before.id)]))
    }
    const rows = await query
      .orderBy('runs.created_at', 'desc')
      .orderBy('runs.id', 'desc')
      .limit(limit + 1)
      .execute()
    const last = rows.length > limit ? rows[limit - 1] : undefined
    return {
      items: await toEntries(visitor, rows.slice(0, limit)),
      ...(cursor === undefined && { pinned: await readPinned(visitor) }),
      ...(last && { next: toNext(last) }),
    }
  }

  async function readFound(visitor: string, terms: string[], cursor: string | undefined, limit: number) {
    const marks = await db
      .selectFrom('conversation_marks')
      .select(['conversation', 'title'])
      .where('visitor', '=', visitor)
      .where('title', 'is not', null)
      .execute()
    const isNamed = (title: string | null) => terms.every((term) => normaliseForSearch(title ?? '').includes(term))
    const titled = new Set(marks.filter(({ title }) => isNamed(title)).map(({ conversation }) => conversation))
    const actives: Active[] = []
    const seen = new Set<string>()
    let next: string | undefined
    for await (const found of search.find(visitor, terms, titled, fromNext(cursor))) {
      if (seen.has(found.conversation)) continue
      seen.add(found.conversation)
      if (cursor !== undefined && (await search.hasNewer(visitor, found, terms, titled))) continue
      const last = actives.at(-1)
      if (actives.length === limit && last) {
        next = toNext(last)
        break
      }
      actives.push({ ...found, snippet: toSnippet(found.text, terms) })
    }
    return { items: await toEntries(visitor, actives), ...(next !== undefined && { next }) }
  }

  return {
    /** A page of the whole history, or of what holds every word of `query`. `cursor` is what the page before gave as `next`. */
    async list(visitor: string, options: { query: string; cursor?: string; limit: number }): Promise<HistoryPage> {
      const terms = normaliseForSearch(options.query).split(/\s+/).filter(Boolean)
      return terms.length === 0
        ? await readAll(visitor, options.cursor, options.limit)
        : await readFound(visitor, terms, options.cursor, options.limit)
    },

    async toEntry(conversation: string, visitor: string): Promise<HistoryEntry | undefined> {
      const rows = await newest(visitor).where('runs.conversation', '=', conversation).execute()
      return (await toEntries(visitor, rows))[0]
    },
  }
}
