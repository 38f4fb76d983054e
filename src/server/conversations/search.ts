import { setImmediate } from 'node:timers/promises'
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { Runs } from '../runs/runs.ts'
import { normaliseForSearch, mightContain, toGrams, toSignature } from './search-signature.ts'

const sliceRuns = 250
const textsAtOnce = 16

export type Cursor = { created_at: number; id: string }
export type Found = Cursor & { conversation: string; text: { question: string; thinking: string; answer: string } }
type Candidate = Cursor & { conversation: string; isEnded: boolean; signature: string | null }

/** Finds words in what a visitor asked and what models thought and answered: signatures first, then the texts themselves. */
export function createSearch(db: Kysely<Tables>, runs: Pick<Runs, 'read'>) {
  const candidates = (visitor: string) =>
    db
      .selectFrom('runs')
      .leftJoin('run_signatures', 'run_signatures.run_id', 'runs.id')
      .select([
        'runs.id',
        'runs.conversation',
        'runs.created_at',
        'run_signatures.signature',
        sql<number>`case when runs.result is null then 0 else 1 end`.as('ended'),
      ])
      .where('runs.visitor', '=', visitor)
      .where('runs.deleted_at', 'is', null)

  async function readTexts(visitor: string, rows: Candidate[]): Promise<Found[]> {
    const ended = rows.filter(({ isEnded }) => isEnded).map(({ id }) => id)
    const stored =
      ended.length === 0
        ? []
        : await db
            .selectFrom('runs')
            .select(['id', 'question', 'thinking_text', 'answer_text'])
            .where('id', 'in', ended)
            .execute()
    const texts = new Map(
      stored.map((row) => [row.id, { question: row.question, thinking: row.thinking_text, answer: row.answer_text }]),
    )
    for (const { id } of rows.filter(({ isEnded }) => !isEnded)) {
      const run = await runs.read(id, visitor).catch(() => undefined)
      if (run) texts.set(id, { question: run.question, thinking: run.thinkingText, answer: run.answerText })
    }
    return rows.flatMap((row) => {
      const text = texts.get(row.id)
      return text ? [{ id: row.id, created_at: row.created_at, conversation: row.conversation, text }] : []
    })
  }

  /** Those of the rows that hold all terms, in their order. A run without a signature gets one on the way. */
  async function filter(visitor: string, rows: Candidate[], terms: string[]): Promise<Found[]> {
    const grams = terms.flatMap((term) => [...toGrams(term)])
    const possible = rows.filter(({ signature }) => signature === null || mightContain(signature, grams))
    const found: Found[] = []
    for (let at = 0; at < possible.length; at += textsAtOnce) {
      const piece = possible.slice(at, at + textsAtOnce)
      const unsigned = new Set(piece.filter((row) => row.signature === null && row.isEnded).map(({ id }) => id))
      const signatures: Tables['run_signatures'][] = []
      for (const each of await readTexts(visitor, piece)) {
        const { question, thinking, answer } = each.text
        const folded = normaliseForSearch(`${question}\n${thinking}\n${answer}`)
        if (unsigned.has(each.id)) signatures.push({ run_id: each.id, signature: toSignature(folded) })
        if (terms.every((term) => folded.includes(term))) found.push(each)
      }
      if (signatures.length > 0) {
        await db
          .insertInto('run_signatures')
          .values(signatures)
          .onConflict((conflict) => conflict.column('run_id').doNothing())
          .execute()
      }
      await setImmediate()
    }
    return found
  }

  const toCandidate = ({ ended, ...row }: Omit<Candidate, 'isEnded'> & { ended: number }): Candidate => ({
    ...row,
    isEnded: ended === 1,
  })

  return {
    /** Older than `before`, newest first, slice by slice; the runs of `titled` conversations are found by their name. */
    async *find(visitor: string, terms: string[], titled: ReadonlySet<string>, before?: Cursor): AsyncGenerator<Found> {
      for (let place = before; ;) {
        let query = candidates(visitor)
        if (place) {
          const { created_at, id } = place
          query = query
            .where('runs.created_at', '<=', created_at)
            .where(({ eb, or }) => or([eb('runs.created_at', '<', created_at), eb('runs.id', '<', id)]))
        }
        const rows = await query
          .orderBy('runs.created_at', 'desc')
          .orderBy('runs.id', 'desc')
          .limit(sliceRuns)
          .execute()
        const slice = rows.map(toCandidate)
        const named = slice.filter(({ conversation }) => titled.has(conversation))
        const byText = await filter(
          visitor,
          slice.filter(({ conversation }) => !titled.has(conversation)),
          terms,
        )
        const byName = await readTexts(visitor, named)
        yield* [...byText, ...byName].sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1))
        place = slice.at(-1)
        if (slice.length < sliceRuns) return
        await setImmediate()
      }
    },

    /** Whether a newer run of the same conversation is found too: then that one stands for it. */
    async hasNewer(visitor: string, found: Found, terms: string[], titled: ReadonlySet<string>): Promise<boolean> {
      const rows = await candidates(visitor)
        .where('runs.conversation', '=', found.conversation)
        .where(({ eb, or, and }) =>
          or([
            eb('runs.created_at', '>', found.created_at),
            and([eb('runs.created_at', '=', found.created_at), eb('runs.id', '>', found.id)]),
          ]),
        )
        .execute()
      if (rows.length === 0) return false
      return titled.has(found.conversation) || (await filter(visitor, rows.map(toCandidate), terms)).length > 0
    },
  }
}
