import { archiveHeader } from '../../../shared/archive.ts'
import { ProblemError } from '../../../shared/problem.ts'
import type { TextWork } from '../../text-workers/text-work.ts'
import { maxLineBytes, notOurs, tooLong, type ImportedLine } from '../archive-line.ts'
import { splitLines } from '../split-lines.ts'

/** So much is handed over at once. */
const batchBytes = 256 * 1024
/** A header is short, whatever stands before it. */
const maxHeaderBytes = 4_096
const headerStart = `{"type":"${archiveHeader.type}"`

/** Whether this line begins the archive. */
function isHeader(line: Uint8Array): boolean {
  const text = Buffer.from(line.subarray(0, maxHeaderBytes)).toString().trim()
  if (!text.startsWith(headerStart)) return false
  let header: unknown
  try {
    header = JSON.parse(text)
  } catch {
    throw notOurs()
  }
  if ((header as { version?: unknown }).version !== archiveHeader.version) {
    throw new ProblemError(
      422,
      'import-unreadable',
      'This file was exported by another version of ShowWork. Import it there.',
    )
  }
  return true
}

/** What stands behind the lines of a page's script. */
const isEnd = (line: Uint8Array) => line.byteLength <= 64 && Buffer.from(line).toString().trim() === '</script>'

/** What was exported, from a page that carries it or from a file of lines, as it comes in. `owner`: whose it will be. */
export async function* readArchive(
  chunks: AsyncIterable<Uint8Array>,
  work: TextWork,
  owner: string,
): AsyncGenerator<ImportedLine> {
  let isInside = false
  let batch: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  async function* parse() {
    const [lines, chars] = [batch, bytes]
    batch = []
    bytes = 0
    if (lines.length === 0) return
    yield* await work.run(
      'readArchiveLines',
      lines,
      { owner, chars },
      lines.map(({ buffer }) => buffer),
    )
  }
  for await (const lines of splitLines(chunks, maxLineBytes, tooLong)) {
    for (const line of lines) {
      if (!isInside) isInside = isHeader(line)
      else if (isEnd(line)) return yield* parse()
      else {
        batch.push(line)
        bytes += line.byteLength
        if (bytes >= batchBytes) yield* parse()
      }
    }
  }
  if (!isInside) throw notOurs()
  yield* parse()
}
