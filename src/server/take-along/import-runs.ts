import type { ArchivedRun, ArchiveLine } from '../../shared/archive.ts'
import type { Run, RunEvent } from '../../shared/run.ts'
import { fromTimeline } from '../../shared/timeline.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Conversations } from '../history/conversations.ts'
import type { MediaLibrary } from '../media/media-library.ts'
import type { Runs } from '../runs/runs.ts'

const maxRuns = 20_000

/** The events of an archived run, ended in any case: what was cut off when it was exported stays so. */
function toEvents({ timeline, thinkingText, answerText }: ArchivedRun): RunEvent[] {
  let events: RunEvent[]
  try {
    events = fromTimeline(timeline, thinkingText, answerText)
  } catch {
    events = []
  }
  const isSound = events.every(
    (event, index) =>
      Number.isFinite(event.at) && event.at >= (events[index - 1]?.at ?? 0) && typeof event.type === 'string',
  )
  const last = events.at(-1)
  if (!isSound || !last) {
    throw new ProblemError(422, 'import-unreadable', 'A run in this file is damaged. Export it again.')
  }
  if (last.type === 'finish' || last.type === 'error') return events
  return [
    ...events,
    {
      seq: last.seq + 1,
      at: last.at,
      type: 'error',
      code: 'interrupted',
      message: 'Exported while it went on.',
      retryable: true,
    },
  ]
}

/** Makes exported runs a visitor's own, under new ids, marked as imported, with their pictures decoded and cleaned anew. */
export function createImport({
  runs,
  media,
  conversations,
}: {
  runs: Runs
  media: MediaLibrary
  conversations: Conversations
}) {
  return async (visitor: string, lines: AsyncIterable<ArchiveLine>): Promise<{ count: number; last?: string }> => {
    const newIds = new Map<string, string>()
    const groups = new Map<string, string>()
    const pictures = new Map<string, Run['media'][number]>()
    let count = 0
    let last: string | undefined
    for await (const line of lines) {
      if (line.type === 'media') {
        pictures.set(line.id, await media.add(new Uint8Array(Buffer.from(line.data, 'base64')), visitor))
        continue
      }
      if (line.type === 'conversation') {
        const id = newIds.get(line.id) ?? groups.get(line.id)
        if (id === undefined) continue
        await conversations.change(id, visitor, {
          ...(line.title !== undefined && { title: line.title }),
          ...(line.isPinned && { isPinned: true }),
        })
        continue
      }
      if ((count += 1) > maxRuns) {
        throw new ProblemError(413, 'too-large', `A file may hold ${maxRuns} runs. Import it in parts.`)
      }
      const parent = line.parent === undefined ? undefined : newIds.get(line.parent)
      const group = line.siblingOf ?? line.id
      const siblingOf = line.siblingOf === undefined ? undefined : groups.get(line.siblingOf)
      const run = await runs.adopt(
        {
          visitor,
          question: line.question,
          media: line.media.flatMap((id) => pictures.get(id) ?? []),
          model: line.model,
          thinking: line.thinking,
          createdAt: Math.min(line.createdAt, Date.now()),
          bodyHash: '',
          isImported: true,
          ...(parent !== undefined && { parent }),
          ...(siblingOf !== undefined && { siblingOf }),
        },
        toEvents(line),
      )
      newIds.set(line.id, run.id)
      if (!groups.has(group)) groups.set(group, run.id)
      last = run.id
    }
    return { count, ...(last !== undefined && { last }) }
  }
}
