import { setImmediate } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { Runs } from '../runs/runs.ts'
import { normaliseForSearch, mightContain, toGrams } from './search-signature.ts'

const sliceRuns = 250
const textsAtOnce = 16

export type Cursor = { created_at: number; id: string }
export type Found = Cursor & { conversation: string; text: { question: string; thinking: string; answer: string } }
type Candidate = Cursor & { conversation: string; signature: string | null }

/** Finds words in what a visitor asked and what models thought and answered: signatures first, then the texts themselves. */
export function createSearch(db: Kysely<Tables>, runs: Pick<Runs, 'read'>) {
  /** No more of a run than its index holds: the row itself is as long as its texts. */
  const candidates = (visitor: string) =>
    db
      .selectFrom('runs')
      .leftJoin('run_signatures', 'run_signatures.run_id', 'runs.id')
      .select(['runs.id', 'runs.conversation', 'runs.created_at', 'run_signatures.signature'])
      .where('runs.visitor', '=', visitor)
      .where('runs.deleted_at', 'is', null)

  async function readTexts(visitor: string, rows: Candidate[]): Promise<Found[]> {
    if (rows.length === 0) return []
    const ids = rows.map(({ id }) => id)
    const stored = await db
      .selectFrom('runs')
      .select(['id', 'question', 'thinking_text', 'answer_text'])
      .where('id', 'in', ids)
      .where('result', 'is not', null)
      .execute()
    const texts = new Map(
      stored.map((row) => [row.id, { question: row.question, thinking: row.thinking_text, answer: row.answer_text }]),
    )
    // The others are still going.
    for (const id of ids.filter((each) => !texts.has(each))) {
      const run = await runs.read(id, visitor).catch(() => undefined)
      if (run) texts.set(id, { question: run.question, thinking: run.thinkingText, answer: run.answerText })
    }
    return rows.flatMap((row) => {
      const text = texts.get(row.id)
      return text ? [{ id: row.id, created_at: row.created_at, conversation: row.conversation, text }] : []
    })
  }

  /** Those of the rows that hold all terms, in their order. Without a signature the text itself is looked at. */
  async function filter(visitor: string, rows: Candidate[], terms: string[]): Promise<Found[]> {
    const grams = terms.flatMap((term) => [...toGrams(term)])
    const possible = rows.filter(({ signature }) => signature === null || mightContain(signature, grams))
    const found: Found[] = []
    for (let at = 0; at < possible.length; at += textsAtOnce) {
      const piece = possible.slice(at, at + textsAtOnce)
      for (const each of await readTexts(visitor, piece)) {
        const { question, thinking, answer } = each.text
        const folded = normaliseForSearch(`${question}\n${thinking}\n${answer}`)
        if (terms.every((term) => folded.includes(term))) found.push(each)
      }
      await setImmediate()
    }
    return found
  }

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
        const named = rows.filter(({ conversation }) => titled.has(conversation))
        const byText = await filter(
          visitor,
          rows.filter(({ conversation }) => !titled.has(conversation)),
          terms,
        )
        const byName = await readTexts(visitor, named)
        yield* [...byText, ...byName].sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1))
        place = rows.at(-1)
        if (rows.length < sliceRuns) return
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
      return titled.has(found.conversation) || (await filter(visitor, rows, terms)).length > 0
    },
  }
}
