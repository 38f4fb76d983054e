import { maxTurns } from '../../shared/history.ts'
import type { Run } from '../../shared/run/run.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { MediaLibrary } from '../media/media-library.ts'
import { weighEnded } from '../runs/run-rows.ts'
import type { Runs } from '../runs/runs.ts'
import type { ImportedLine } from './archive-line.ts'
import type { Writer } from '../network/writer.ts'

const maxRuns = 20_000

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
  return async (
    writer: Writer,
    lines: AsyncIterable<ImportedLine>,
    /** Throws where a run of so many bytes more may not be stored. */
    admit: (bytes: number) => Promise<void>,
  ): Promise<{ count: number; last?: string }> => {
    const { visitor } = writer
    const newIds = new Map<string, string>()
    const groups = new Map<string, string>()
    const depths = new Map<string, number>()
    const pictures = new Map<string, Run['media'][number]>()
    const marked = new Set<string>()
    let count = 0
    let last: string | undefined
    for await (const line of lines) {
      if (line.type === 'media') {
        pictures.set(line.id, await media.add(line.bytes, { ...writer, isPatient: true }))
        continue
      }
      if (line.type === 'conversation') {
        const id = newIds.get(line.id) ?? groups.get(line.id)
        if (id === undefined || marked.has(id)) continue
        marked.add(id)
        await conversations.change(id, visitor, {
          ...(line.title !== undefined && { title: line.title }),
          ...(line.isPinned && { isPinned: true }),
        })
        continue
      }
      if ((count += 1) > maxRuns) {
        throw new ProblemError(413, 'too-large', `A file may hold ${maxRuns} runs. Import it in parts.`)
      }
      const depth = 1 + (depths.get(line.parent ?? '') ?? 0)
      depths.set(line.id, depth)
      if (depth > maxTurns) {
        throw new ProblemError(422, 'too-many-turns', `A conversation in a file may have ${maxTurns} questions.`)
      }
      const parent = line.parent === undefined ? undefined : newIds.get(line.parent)
      const group = line.siblingOf ?? line.id
      const siblingOf = line.siblingOf === undefined ? undefined : groups.get(line.siblingOf)
      const items = line.media.flatMap((id) => pictures.get(id) ?? [])
      await admit(weighEnded({ question: line.question, media: items }, line.ended))
      const run = await runs.importRun(
        {
          visitor,
          question: line.question,
          media: items,
          model: line.model,
          thinking: line.thinking,
          createdAt: Math.min(line.createdAt, Date.now()),
          bodyHash: '',
          isImported: true,
          ...(parent !== undefined && { parent }),
          ...(siblingOf !== undefined && { siblingOf }),
        },
        line.ended,
      )
      newIds.set(line.id, run.id)
      if (!groups.has(group)) groups.set(group, run.id)
      last = run.id
    }
    return { count, ...(last !== undefined && { last }) }
  }
}
