import type { Selectable } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { Media } from '../../shared/media.ts'
import { reduceRun, type Run, type Thinking } from '../../shared/run/run.ts'
import { fromTimeline } from '../../shared/run/timeline.ts'
import type { EndedRun } from './outcome.ts'

export type Row = Selectable<Tables['runs']>

/** As it was asked, with nothing of what came. */
export const unstartedRun = (row: Row): Run => ({
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

/** Of a run that has ended. */
export const toSnapshot = (row: Row): Run => ({
  ...unstartedRun(row),
  thinkingText: row.thinking_text,
  answerText: row.answer_text,
  ...(JSON.parse(row.result ?? '{}') as Partial<Run>),
})

/** What of it stands in no column of its own. */
export const toResult = (run: Run) =>
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

/** What a run's row takes beside its texts. */
export const runBytes = 500

/** About how many bytes it takes to store a run with these texts. */
export const weighTexts = (texts: string[]): number =>
  texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), runBytes)

/** The same of a run that ended elsewhere. */
export const weighEnded = ({ question, media }: Pick<Run, 'question' | 'media'>, { outcome, timeline }: EndedRun) =>
  weighTexts([question, JSON.stringify(media), outcome.thinkingText, outcome.answerText, timeline])

/** Its events as far as its last checkpoint, or all. */
export const toCheckpoint = (row: Pick<Row, 'timeline' | 'thinking_text' | 'answer_text'>) =>
  fromTimeline(row.timeline ?? '', row.thinking_text, row.answer_text)

/** Of a run that has not ended: as far as its last checkpoint. */
export const toRun = (row: Row): Run =>
  row.result === null ? toCheckpoint(row).reduce(reduceRun, unstartedRun(row)) : toSnapshot(row)
