import { createWorkerQueue } from './ask-worker.ts'
import type { PictureEdits } from './picture-edits.ts'
import { isHeic } from './is-heic.ts'
import type { Preview, PictureTask, Rendered } from './picture-task.ts'

const previewSide = 1600

const askPicture = createWorkerQueue<PictureTask, { look: Preview } | { pictures: Rendered[] }>('picture')
const askHeic = createWorkerQueue<Blob, { picture: ImageBitmap }>('heic')

/** PNG for what is drawn or typed, JPEG for what is photographed. */
const isLossless = (file: File) => /^image\/(png|gif|bmp|tiff)$/.test(file.type)

/** What the worker reads: the file itself, or for a HEIC this browser does not know, its pixels. */
async function toSource(file: File): Promise<Blob | ImageBitmap> {
  if (!isHeic(file)) return file
  const native = await createImageBitmap(file).catch(() => undefined)
  return native ?? (await askHeic(file)).picture
}

const transferOf = (source: Blob | ImageBitmap) => (source instanceof ImageBitmap ? [source] : [])

/** Size, a small copy for the screen, and what a person may want to know. `maxPixels`: the model's. */
export async function analysePicture(file: File, maxPixels: number): Promise<Preview> {
  const source = await toSource(file)
  const reply = await askPicture({ kind: 'look', source, previewSide, maxPixels }, transferOf(source))
  if (!('look' in reply)) throw new Error('not what was asked')
  return reply.look
}

/** The framed picture or its crops, as large as the model uses, encoded once, without metadata. */
export async function renderPictures(file: File, frame: PictureEdits, maxPixels: number): Promise<File[]> {
  const source = await toSource(file)
  const task = {
    kind: 'render',
    source,
    frame,
    maxPixels,
    isLossless: isLossless(file),
  } as const
  const reply = await askPicture(task, transferOf(source))
  if (!('pictures' in reply)) throw new Error('not what was asked')
  return reply.pictures.map(({ blob }) => new File([blob], file.name, { type: blob.type }))
}
