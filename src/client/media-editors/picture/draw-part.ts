import { isBox, toBounds, toTurnedSize, touches, type Box, type PictureEdits, type Shape } from './picture-edits.ts'

type Context = OffscreenCanvasRenderingContext2D

/** Draws one part of a framed picture over the whole canvas: the turned pixels, then covers and marks, burnt in. */
export function drawPart(context: Context, picture: ImageBitmap, frame: PictureEdits, part: Box, backdrop: string) {
  const { canvas } = context
  const turned = toTurnedSize(frame, picture.width, picture.height)
  context.fillStyle = backdrop
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.save()
  context.scale(
    canvas.width / ((part.right - part.left) * turned.width),
    canvas.height / ((part.bottom - part.top) * turned.height),
  )
  context.translate(-part.left * turned.width, -part.top * turned.height)
  context.save()
  context.imageSmoothingQuality = 'high'
  context.translate(turned.width / 2, turned.height / 2)
  context.rotate((frame.turns * Math.PI) / 2 + (frame.straighten * Math.PI) / 180)
  context.drawImage(picture, -picture.width / 2, -picture.height / 2)
  context.restore()
  const unit = (part.right - part.left) * Math.max(turned.width, turned.height)
  for (const shape of frame.shapes) {
    if (shape.kind !== 'crop' && touches(shape, part)) drawShape(context, shape, turned, unit)
  }
  context.restore()
}

function drawShape(context: Context, shape: Shape, size: { width: number; height: number }, unit: number) {
  if (isBox(shape)) {
    const { left, top, right, bottom } = toBounds(shape)
    context.fillStyle = '#000000'
    // A pixel more on each side: no rim of what is covered shows through where edges are smoothed.
    context.fillRect(
      left * size.width - 1,
      top * size.height - 1,
      (right - left) * size.width + 2,
      (bottom - top) * size.height + 2,
    )
    return
  }
  const points = shape.points.map(({ x, y }) => ({ x: x * size.width, y: y * size.height }))
  const path = toPath(points, shape.kind === 'arrow' ? unit * 0.025 : 0)
  context.lineCap = 'round'
  context.lineJoin = 'round'
  for (const [color, width] of [
    ['#ffffff', unit * 0.01],
    ['#d1242f', unit * 0.006],
  ] as const) {
    context.strokeStyle = color
    context.lineWidth = width
    context.stroke(new Path2D(path))
  }
}

/** A line through the points as an SVG path, with a head of that length at its end. */
export function toPath(points: { x: number; y: number }[], head: number): string {
  const line = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('')
  const end = points.at(-1)
  const before = points.at(-2)
  if (head === 0 || !end || !before) return line
  const angle = Math.atan2(end.y - before.y, end.x - before.x)
  const wing = (by: number) => `${end.x - head * Math.cos(angle + by)} ${end.y - head * Math.sin(angle + by)}`
  return `${line}M${wing(0.5)}L${end.x} ${end.y}L${wing(-0.5)}`
}
