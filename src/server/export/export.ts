import sharp from 'sharp'
import type { Kysely } from 'kysely'
import type { Run } from '../../shared/run/run.ts'
import type { Tables } from '../database/tables.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { Storage } from '../spending/storage.ts'
import type { MediaLibrary } from '../media/media-library.ts'
import type { Runs } from '../runs/runs.ts'
import type { Writer } from '../network/writer.ts'
import { docxEndings, toDocx } from './docx/to-docx.ts'
import type { FilePlace, FileRun } from './file-messages.ts'
import type { TextWork } from '../text-workers/text-work.ts'
import { createImport } from './import-runs.ts'
import { readArchive } from './archive/read-archive.ts'
import { toHtmlFile } from './to-html-file.ts'
import { toMarkdown } from './to-markdown.ts'
import { createArchive } from './archive/write-archive.ts'

export type Exporter = ReturnType<typeof createExporter>

/** Runs as files, and files as runs. */
export function createExporter(deps: {
  db: Kysely<Tables>
  runs: Runs
  media: MediaLibrary
  storage: Pick<Storage, 'openText'>
  conversations: Conversations
  work: TextWork
}) {
  const { runs, media } = deps
  const archive = createArchive(deps.db, runs, media)
  const importRuns = createImport(deps)

  /** The run and all that led to it, oldest first. */
  async function readPath(id: string, visitor: string): Promise<Run[]> {
    const path = [await runs.read(id, visitor)]
    for (let parent = path[0]?.parent; parent !== undefined; parent = path[0]?.parent) {
      path.unshift(await runs.read(parent, visitor))
    }
    return path
  }

  const toFileRun = async (run: Run, visitor: string): Promise<FileRun> => ({
    run,
    pictures: await Promise.all(
      run.media.map(async ({ id, width, height }) => {
        const { mime, read } = await media.open(id, visitor)
        return { mime, bytes: await read(), width, height }
      }),
    ),
  })

  async function readItems(id: string, visitor: string): Promise<FileRun[]> {
    return await Promise.all((await readPath(id, visitor)).map((run) => toFileRun(run, visitor)))
  }

  return {
    toMarkdown: async (id: string, visitor: string, place: FilePlace) =>
      await toMarkdown(await readItems(id, visitor), place),

    async toHtml(id: string, visitor: string, place: FilePlace): Promise<string> {
      const items = await readItems(id, visitor)
      const shown = items.map(({ run }) => (place.hasThinking ? run : { ...run, thinkingText: '' }))
      return await toHtmlFile(items, archive.ofRuns(shown, visitor, place.hasThinking), place)
    },

    async toDocx(id: string, visitor: string, place: FilePlace): Promise<Uint8Array> {
      const items = await readItems(id, visitor)
      for (const picture of items.flatMap(({ pictures }) => pictures)) {
        if (docxEndings[picture.mime] !== undefined) continue
        picture.bytes = new Uint8Array(await sharp(picture.bytes).png().toBuffer())
        picture.mime = 'image/png'
      }
      return await toDocx(items, place)
    },

    all: (visitor: string) => archive.ofVisitor(visitor),

    async import(writer: Writer, bytes: AsyncIterable<Uint8Array>) {
      const text = deps.storage.openText(writer)
      try {
        return await importRuns(writer, readArchive(bytes, deps.work, writer.visitor), text.add)
      } finally {
        text.close()
      }
    },
  }
}
