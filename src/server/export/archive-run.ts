import { toArchiveLine } from '../../shared/archive.ts'
import { isThinkingEvent } from '../../shared/run/event-kinds.ts'
import type { Run } from '../../shared/run/run.ts'
import { fromTimeline, toTimeline } from '../../shared/run/timeline.ts'

/** A run as a line that can be imported again. Without its thinking it keeps neither the text nor the times nor the counts of it. */
export function toArchiveRun({
  run,
  timeline,
  hasThinking,
}: {
  run: Run
  timeline: string
  hasThinking: boolean
}): string {
  const { id, parent, siblingOf, question, media, model, thinking, createdAt, thinkingText, answerText } = run
  const toOpen = () =>
    toTimeline(
      fromTimeline(timeline, thinkingText, answerText).filter(
        (event) => !isThinkingEvent(event) && event.type !== 'usage',
      ),
    )
  return toArchiveLine({
    type: 'run',
    id,
    ...(parent !== undefined && { parent }),
    ...(siblingOf !== undefined && { siblingOf }),
    question,
    media: media.map((item) => item.id),
    model,
    thinking,
    createdAt,
    thinkingText: hasThinking ? thinkingText : '',
    answerText,
    timeline: hasThinking ? timeline : toOpen(),
  })
}
