import type { Thinking } from './run/run.ts'

/**
 * A file of runs, one JSON object a line, each beginning with this. Lines of a page's script are read the same way: what
 * stands before the header and from `</script>` on is passed over.
 */
export const archiveHeader = { type: 'showwork', version: 1 } as const

export type ArchivedRun = {
  type: 'run'
  id: string
  parent?: string
  siblingOf?: string
  question: string
  /** Ids of media lines that came before. */
  media: string[]
  model: string
  thinking: Thinking
  createdAt: number
  thinkingText: string
  answerText: string
  /** As `toTimeline` writes it. */
  timeline: string
}
/** `data` in base64. */
export type ArchivedMedia = { type: 'media'; id: string; mime: string; data: string }
/** `id` is the run whose conversation it names. */
export type ArchivedMark = { type: 'conversation'; id: string; title?: string; isPinned?: true }
export type ArchiveLine = ArchivedRun | ArchivedMedia | ArchivedMark

/** A line that may stand within a page's script as well. */
export const toArchiveLine = (line: typeof archiveHeader | ArchiveLine): string =>
  `${JSON.stringify(line).replaceAll('<', '\\u003c')}\n`
