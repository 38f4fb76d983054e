import { reduceRun, type Run, type RunEvent } from '../../shared/run/run.ts'
import { toTimeline } from '../../shared/run/timeline.ts'

type Asked = 'id' | 'parent' | 'siblingOf' | 'question' | 'media' | 'model' | 'thinking' | 'createdAt' | 'isImported'
/** What came of a run, whoever asked for what. */
export type Outcome = Omit<Run, Asked>
/** What came of a run that has ended, and its events without their text. */
export type EndedRun = { outcome: Outcome; timeline: string }

/** What events are folded into that are nobody's yet. */
export const unasked: Run = {
  id: '',
  question: '',
  media: [],
  model: '',
  thinking: { enabled: false },
  status: 'waiting',
  thinkingText: '',
  answerText: '',
  createdAt: 0,
  lastSeq: 0,
}

export function toOutcome(run: Run): Outcome {
  const { id: _1, question: _2, media: _3, model: _4, thinking: _5, createdAt: _6, ...outcome } = run
  return outcome
}

/** Events of a run that ended elsewhere, numbered anew. */
export function foldEnded(events: RunEvent[]): EndedRun {
  const numbered = events.map((event, index) => ({ ...event, seq: index + 1 }))
  return { outcome: toOutcome(numbered.reduce(reduceRun, unasked)), timeline: toTimeline(numbered) }
}
