import { drawPart } from './draw-part.ts'
import { encodePicture } from './encode-picture.ts'
import { findHints } from './find-hints.ts'
import { fitSize, toParts, toTurnedSize, noEdits } from './picture-edits.ts'
import type { Preview, PictureReply, PictureTask, Rendered } from './picture-task.ts'

// The DOM's types know a window here; what this uses of a worker's scope is the same in both.
const scope = self as unknown as { postMessage: (reply: PictureReply, transfer: Transferable[]) => void }

function toContext(width: number, height: number) {
  const context = new OffscreenCanvas(width, height).getContext('2d', { alpha: false })
  if (!context) throw new Error('no canvas')
  return context
}

const toBitmap = async (source: Blob | ImageBitmap) =>
  source instanceof ImageBitmap ? source : await createImageBitmap(source)

async function look({ source, previewSide, maxPixels }: Extract<PictureTask, { kind: 'look' }>): Promise<Preview> {
  const picture = await toBitmap(source)
  const { width, height } = picture
  const whole = { left: 0, top: 0, right: 1, bottom: 1 }
  const small = fitSize(width, height, Infinity, previewSide)
  const preview = toContext(small.width, small.height)
  drawPart(preview, picture, noEdits, whole)
  const seen = fitSize(width, height, maxPixels, Infinity)
  const context = toContext(seen.width, seen.height)
  drawPart(context, picture, noEdits, whole)
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
  const { source, frame, maxPixels, maxSide, isLossless } = task
  const picture = await toBitmap(source)
  const turned = toTurnedSize(frame, picture.width, picture.height)
  const pictures: Rendered[] = []
  for (const part of toParts(frame)) {
    const { width, height } = fitSize(
      Math.max(1, Math.round((part.right - part.left) * turned.width)),
      Math.max(1, Math.round((part.bottom - part.top) * turned.height)),
      maxPixels,
      maxSide,
    )
    const context = toContext(width, height)
    drawPart(context, picture, frame, part)
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
