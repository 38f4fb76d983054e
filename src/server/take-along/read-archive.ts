import { z } from 'zod'
import { archiveHeader, type ArchiveLine } from '../../shared/archive.ts'
import { maxTitleChars } from '../../shared/history.ts'
import { ProblemError } from '../../shared/problem.ts'
import { maxRunChars } from '../../shared/run.ts'
import { toStorable } from '../runs/clean-text.ts'

const maxLineChars = 64_000_000

const id = z.string().min(1).max(64)
const text = z.string().max(maxRunChars)
const shortText = (maxChars: number) => z.string().max(maxChars).transform(toStorable).pipe(z.string().min(1))
const line = z.discriminatedUnion('type', [
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
  z.object({ type: z.literal('media'), id, mime: z.string().max(100), data: z.string().max(maxLineChars) }),
  z.object({
    type: z.literal('conversation'),
    id,
    title: shortText(maxTitleChars).optional(),
    isPinned: z.literal(true).optional(),
  }),
])

const notOurs = () =>
  new ProblemError(
    422,
    'import-unreadable',
    'This is no file that ShowWork exported, or it is damaged. Export it again.',
  )

function parseLine(source: string): ArchiveLine {
  let json: unknown
  try {
    json = JSON.parse(source)
  } catch {
    throw notOurs()
  }
  const result = line.safeParse(json)
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

async function* toLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = pieces.pop() ?? ''
    if (rest.length > maxLineChars) throw notOurs()
    yield* pieces
  }
  yield rest + decoder.decode()
}

/** What was exported, from a page that carries it or from a file of lines, as it comes in. */
export async function* readArchive(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ArchiveLine> {
  let isInside = false
  for await (const source of toLines(chunks)) {
    const trimmed = source.trim()
    if (!isInside) {
      if (!trimmed.startsWith(`{"type":"${archiveHeader.type}"`)) continue
      const { version } = JSON.parse(trimmed) as { version: unknown }
      if (version !== archiveHeader.version) {
        throw new ProblemError(
          422,
          'import-unreadable',
          'This file was exported by another version of ShowWork. Import it there.',
        )
      }
      isInside = true
    } else if (trimmed === '</script>') return
    else if (trimmed !== '') yield parseLine(trimmed)
  }
  if (!isInside) throw notOurs()
}
