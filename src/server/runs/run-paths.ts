import { sql, type Kysely } from 'kysely'
import type { Tables } from '../database/tables.ts'
import { maxTurns } from '../../shared/history.ts'
import type { Media } from '../../shared/media.ts'

/** A run on the way from a root, with what it holds; its texts in bytes of UTF-8, so that none has to be read for it. */
export type PathStep = {
  id: string
  parent?: string
  media: Media[]
  /** The beginning of its question. */
  questionStart: string
  questionBytes: number
  thinkingBytes: number
  answerBytes: number
}

/** Columns that tell what a run weighs. Both databases know the length of a text without reading it. */
export const weights = {
  question: sql<number>`octet_length(question)`,
  thinking: sql<number>`octet_length(thinking_text)`,
  answer: sql<number>`octet_length(answer_text)`,
}

/** The run and all that led to it, oldest first; empty where there is no such run of the visitor's. */
export async function readRunPath(db: Kysely<Tables>, id: string, visitor: string): Promise<PathStep[]> {
  const rows = await db
    .withRecursive('path', (make) =>
      make
        .selectFrom('runs')
        .select(['runs.id', 'runs.parent', sql<number>`1`.as('depth')])
        .where('runs.id', '=', id)
        .where('runs.visitor', '=', visitor)
        .where('runs.deleted_at', 'is', null)
        .unionAll(
          make
            .selectFrom('runs')
            .innerJoin('path', 'path.parent', 'runs.id')
            .select(['runs.id', 'runs.parent', sql<number>`path.depth + 1`.as('depth')])
            .where('runs.visitor', '=', visitor)
            .where('runs.deleted_at', 'is', null)
            .where('path.depth', '<', maxTurns),
        ),
    )
    .selectFrom('path')
    .innerJoin('runs', 'runs.id', 'path.id')
    .select(['runs.id', 'runs.parent', 'runs.media', sql<string>`substr(question, 1, 400)`.as('question_start')])
    .select([weights.question.as('question'), weights.thinking.as('thinking'), weights.answer.as('answer')])
    .orderBy('path.depth', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    ...(row.parent !== null && { parent: row.parent }),
    media: JSON.parse(row.media) as Media[],
    questionStart: row.question_start,
    questionBytes: row.question,
    thinkingBytes: row.thinking,
    answerBytes: row.answer,
  }))
}
