import '../../older-browsers.ts'
import { drawPart } from './draw-part.ts'
import { encodePicture } from './encode-picture.ts'
import { findHints } from './find-hints.ts'
import { fitSize, toMaxSide, type Size } from '../../../shared/picture-size.ts'
import { pickBackdrop } from '../../../shared/pick-backdrop.ts'
import { toParts, toTurnedSize, noEdits } from './picture-edits.ts'
import type { Preview, PictureReply, PictureTask, Rendered } from './picture-task.ts'

// The DOM's types know a window here; what this uses of a worker's scope is the same in both.
const scope = self as unknown as { postMessage: (reply: PictureReply, transfer: Transferable[]) => void }

function toContext(width: number, height: number) {
  const context = new OffscreenCanvas(width, height).getContext('2d', { alpha: false })
  if (!context) throw new Error('no canvas')
  return context
}

const sampleSide = 256

/** A small copy is enough to see on what a transparent picture can be told apart. */
function findBackdrop(picture: Size & CanvasImageSource): string {
  const { width, height } = fitSize(picture, Infinity, sampleSide)
  const context = new OffscreenCanvas(width, height).getContext('2d')
  if (!context) return '#ffffff'
  context.drawImage(picture, 0, 0, width, height)
  return pickBackdrop(context.getImageData(0, 0, width, height).data)
}

const toBitmap = async (source: Blob | ImageBitmap) =>
  source instanceof ImageBitmap ? source : await createImageBitmap(source)

async function look({ source, previewSide, maxPixels }: Extract<PictureTask, { kind: 'look' }>): Promise<Preview> {
  const picture = await toBitmap(source)
  const { width, height } = picture
  const whole = { left: 0, top: 0, right: 1, bottom: 1 }
  const backdrop = findBackdrop(picture)
  const small = fitSize(picture, Infinity, previewSide)
  const preview = toContext(small.width, small.height)
  drawPart(preview, picture, noEdits, whole, backdrop)
  const seen = fitSize(picture, maxPixels, Infinity)
  const context = toContext(seen.width, seen.height)
  drawPart(context, picture, noEdits, whole, backdrop)
  picture.close()
  const { data } = context.getImageData(0, 0, seen.width, seen.height)
  const gray = new Uint8Array(seen.width * seen.height)
  for (let at = 0; at < gray.length; at += 1) {
    gray[at] = ((data[at * 4] ?? 0) * 77 + (data[at * 4 + 1] ?? 0) * 150 + (data[at * 4 + 2] ?? 0) * 29) >> 8
  }
  return {
    width,
    height,
    preview: preview.canvas.transferToImageBitmap(),
    hints: findHints(gray, seen.width, seen.height),
  }
}

async function render(task: Extract<PictureTask, { kind: 'render' }>): Promise<Rendered[]> {
  const { source, frame, maxPixels, isLossless } = task
  const picture = await toBitmap(source)
  const turned = toTurnedSize(frame, picture.width, picture.height)
  const backdrop = findBackdrop(picture)
  const pictures: Rendered[] = []
  for (const part of toParts(frame)) {
    const size = {
      width: Math.max(1, Math.round((part.right - part.left) * turned.width)),
      height: Math.max(1, Math.round((part.bottom - part.top) * turned.height)),
    }
    const { width, height } = fitSize(size, maxPixels, toMaxSide(size))
    const context = toContext(width, height)
    drawPart(context, picture, frame, part, backdrop)
    pictures.push({ blob: await encodePicture(context.canvas, isLossless), width, height })
  }
  picture.close()
  return pictures
}

addEventListener('message', async (event: MessageEvent<PictureTask>) => {
  try {
    if (event.data.kind === 'look') {
      const seen = await look(event.data)
      scope.postMessage({ look: seen }, [seen.preview])
    } else scope.postMessage({ pictures: await render(event.data) }, [])
  } catch (error) {
    scope.postMessage({ failed: String(error) }, [])
  }
})
