import type { Kysely } from 'kysely'
import { ProblemError } from '../../shared/problem.ts'
import type { Tables } from '../database/tables.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Storage } from '../spending/storage.ts'
import type { TextRoom } from '../spending/text-room.ts'
import type { MediaLibrary } from '../media/media-library.ts'
import type { PathStep } from '../runs/run-paths.ts'
import type { Runs } from '../runs/runs.ts'
import type { Writer } from '../network/writer.ts'
import type { TextWork } from '../text-workers/text-work.ts'
import { toDocx } from './docx/to-docx.ts'
import { readUnlessGone } from '../media/media-hash.ts'
import { createPlaceholder } from '../media/pictures/normalise-image.ts'
import { createDraw } from './draw-texts.ts'
import type { FileItem, FileItems, FilePlace } from './file-messages.ts'
import { createImport } from './import-runs.ts'
import { readArchive } from './archive/read-archive.ts'
import { toHtmlFile } from './to-html-file.ts'
import { toMarkdown } from './to-markdown.ts'
import { createArchive } from './archive/write-archive.ts'

export type FileFormat = 'markdown' | 'html' | 'docx'
export type Exporter = ReturnType<typeof createExporter>

/** Of one file: what is larger is sent by nobody and opened by nothing. */
const maxFileBytes = 256_000_000

const textBytes = ({ questionBytes, thinkingBytes, answerBytes }: PathStep) =>
  questionBytes + thinkingBytes + answerBytes

/** What the pictures and texts of a file come to. A web page holds each picture as often as it is shown, in base64. */
function toFileBytes(path: PathStep[], format: FileFormat): number {
  const media = path.flatMap((step) => step.media)
  const shown = format === 'html' ? media : [...new Map(media.map((item) => [item.id, item])).values()]
  const pictures = shown.reduce((sum, { bytes = 0 }) => sum + bytes, 0)
  return path.reduce((sum, step) => sum + textBytes(step), pictures * (format === 'docx' ? 1 : 4 / 3))
}

/** Runs as files, and files as runs. */
export function createExporter(deps: {
  db: Kysely<Tables>
  runs: Runs
  media: MediaLibrary
  storage: Pick<Storage, 'openText'>
  conversations: Conversations
  work: TextWork
  room: TextRoom
}) {
  const { runs, media, work, room } = deps
  const archive = createArchive(deps)
  const importRuns = createImport(deps)

  async function readItem(id: string, visitor: string): Promise<FileItem> {
    const { run, timeline } = await runs.readWithTimeline(id, visitor)
    const pictures = await Promise.all(
      run.media.map(async ({ id: mediaId, width, height }) => {
        const { mime, read } = await media.open(mediaId, visitor)
        // All else is worth having without one picture.
        const readOrStand = async () => (await readUnlessGone(read)) ?? (await createPlaceholder(mime))
        return { id: mediaId, mime, width, height, read: readOrStand }
      }),
    )
    return { run, timeline, pictures }
  }

  /** Each run is read when its turn comes and there is room for it. */
  const toItems = (path: PathStep[], visitor: string): FileItems =>
    async function* () {
      for (const step of path) {
        const leave = await room(visitor, textBytes(step))
        try {
          yield await readItem(step.id, visitor)
        } finally {
          leave()
        }
      }
    }

  return {
    /**
     * The run and all that led to it as a file, in pieces, with the beginning of its question. Throws a ProblemError where there is no such run, or where the
     * file would be too large.
     */
    async write(
      id: string,
      visitor: string,
      format: FileFormat,
      place: FilePlace,
    ): Promise<{ title: string; pieces: AsyncGenerator<string | Uint8Array> }> {
      const path = await runs.readPath(id, visitor)
      const bytes = toFileBytes(path, format)
      if (bytes > maxFileBytes) {
        const [most, there] = [maxFileBytes, bytes].map((each) => Math.round(each / 1e6))
        const detail = `A file may have ${most} MB of pictures and texts; this conversation has ${there}. Export all questions as an archive, which holds each picture once.`
        throw new ProblemError(413, 'too-large', detail)
      }
      const items = toItems(path, visitor)
      const draw = createDraw(work, visitor)
      const pieces = {
        markdown: () => toMarkdown(items, place, draw),
        html: () => toHtmlFile(items, archive.ofRuns(items, visitor, place.hasThinking), place, draw),
        docx: () => toDocx(items, place, draw),
      }[format]()
      return { title: path.at(-1)?.questionStart ?? '', pieces }
    },

    all: (visitor: string) => archive.ofVisitor(visitor),

    async import(writer: Writer, bytes: AsyncIterable<Uint8Array>) {
      const text = deps.storage.openText(writer)
      try {
        return await importRuns(writer, readArchive(bytes, work, writer.visitor), text.add)
      } finally {
        text.close()
      }
    },
  }
}
