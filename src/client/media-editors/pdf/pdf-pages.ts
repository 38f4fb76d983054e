import { createWorkerQueue } from '../picture/ask-worker.ts'
import { createId } from '../../create-id.ts'
import type { PdfReply, PdfTask } from './pdf-task.ts'

const thumbnailSide = 320
/** 216 dots an inch: small print stays sharp when a part is cropped. */
const scale = 3
const maxPixels = 8_000_000

const ask = createWorkerQueue<PdfTask, PdfReply>('pdf')

/** A PDF, read and drawn off the page's thread. Throws where it is damaged or needs a password. */
export async function openPdf(file: File) {
  const key = createId()
  const found = await ask({ kind: 'count', key, file })
  if (!('pages' in found)) throw new Error('not what was asked')
  return {
    pages: found.pages,
    async readThumbnail(page: number): Promise<ImageBitmap> {
      const reply = await ask({ kind: 'thumbnail', key, file, page, side: thumbnailSide })
      if (!('thumbnail' in reply)) throw new Error('not what was asked')
      return reply.thumbnail
    },
    /** A page as a picture file, named after the PDF and its number. */
    async readPage(page: number): Promise<File> {
      const reply = await ask({ kind: 'page', key, file, page, scale, maxPixels })
      if (!('picture' in reply)) throw new Error('not what was asked')
      const ending = reply.picture.type === 'image/png' ? 'png' : 'jpg'
      return new File([reply.picture], `${file.name.replace(/\.pdf$/i, '')} p${page}.${ending}`, {
        type: reply.picture.type,
      })
    },
  }
}

export type Pdf = Awaited<ReturnType<typeof openPdf>>
