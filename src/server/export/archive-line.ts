import { z } from 'zod'
import type { ArchivedMark, ArchivedRun, ArchiveLine } from '../../shared/archive.ts'
import { maxTitleChars } from '../../shared/history.ts'
import { ProblemError } from '../../shared/problem.ts'
import { maxRunChars } from '../../shared/run/run.ts'
import { toStorable } from '../runs/storable-text.ts'
import { foldEnded, type EndedRun } from '../runs/outcome.ts'
import { toImportedEvents } from './to-imported-events.ts'

/** A picture in base64 makes the longest line. */
export const maxLineBytes = 32 * 1024 * 1024

const id = z.string().min(1).max(64)
const text = z.string().max(maxRunChars)
const shortText = (maxChars: number) => z.string().max(maxChars).transform(toStorable).pipe(z.string().min(1))
const schema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run'),
    id,
    parent: id.optional(),
    siblingOf: id.optional(),
    question: shortText(40_000),
    media: z.array(id).max(64),
    model: shortText(200),
    thinking: z.object({ enabled: z.boolean(), budget: z.number().int().positive().optional() }),
    createdAt: z.number().int().nonnegative(),
    thinkingText: text,
    answerText: text,
    timeline: text,
  }),
  z.object({ type: z.literal('media'), id, mime: z.string().max(100), data: z.string().max(maxLineBytes) }),
  z.object({
    type: z.literal('conversation'),
    id,
    title: shortText(maxTitleChars).optional(),
    isPinned: z.literal(true).optional(),
  }),
])

/** A line of an archive as it is stored: a run folded, a picture as its bytes. */
export type ImportedLine =
  | (Omit<ArchivedRun, 'thinkingText' | 'answerText' | 'timeline'> & { ended: EndedRun })
  | { type: 'media'; id: string; bytes: Uint8Array }
  | ArchivedMark

export const notOurs = () =>
  new ProblemError(
    422,
    'import-unreadable',
    'This is no file that ShowWork exported, or it is damaged. Export it again.',
  )
export const tooLong = () =>
  new ProblemError(413, 'too-large', `A line of a file may have ${maxLineBytes / 1024 / 1024} MB.`)

function parse(source: string): ArchiveLine {
  let json: unknown
  try {
    json = JSON.parse(source)
  } catch {
    throw notOurs()
  }
  const result = schema.safeParse(json)
  const issue = result.error?.issues[0]
  if (issue?.code === 'too_big') {
    const field = issue.path.join('.')
    throw new ProblemError(
      413,
      'too-large',
      `The field ${field} of a run may have ${issue.maximum} characters or items.`,
    )
  }
  if (!result.success) throw notOurs()
  return result.data as ArchiveLine
}

function toLine(source: string): ImportedLine {
  const parsed = parse(source)
  if (parsed.type === 'conversation') return parsed
  if (parsed.type === 'media') {
    // Of its own memory, so that it can be handed on as it is.
    const bytes = new Uint8Array(Buffer.from(parsed.data, 'base64'))
    return { type: 'media', id: parsed.id, bytes }
  }
  const { thinkingText, answerText, timeline, ...run } = parsed
  if (thinkingText.length + answerText.length > maxRunChars) {
    const detail = `Thinking and answer of a run may have ${maxRunChars} characters together.`
    throw new ProblemError(413, 'too-large', detail)
  }
  return { ...run, ended: foldEnded(toImportedEvents({ thinkingText, answerText, timeline })) }
}

/** Throws a ProblemError that says what is wrong with the first line that cannot be read. */
export function readArchiveLines(lines: Uint8Array[]): ImportedLine[] {
  const decoder = new TextDecoder()
  return lines.map((line) => toLine(decoder.decode(line)))
}
