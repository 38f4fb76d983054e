import type { Cover } from '../../shared/share.ts'

export type Box = Omit<Cover, 'media'>
export type Size = { width: number; height: number }

const clamp = (value: number, min: number, max: number) => Math.max(min, Math.min(value, max))

/** Between two points, in pixels of the picture and within it. */
export function toBox(a: { x: number; y: number }, b: { x: number; y: number }, picture: Size): Box {
  const left = clamp(Math.min(a.x, b.x), 0, picture.width)
  const top = clamp(Math.min(a.y, b.y), 0, picture.height)
  const right = clamp(Math.max(a.x, b.x), 0, picture.width)
  const bottom = clamp(Math.max(a.y, b.y), 0, picture.height)
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** What an arrow key does to a box: it moves, or with `isResizing` grows and shrinks at its far corner. `undefined`: nothing. */
export function moveBox(box: Box, key: string, isResizing: boolean, picture: Size): Box | undefined {
  const step = Math.max(1, Math.round(Math.min(picture.width, picture.height) / 50))
  const [dx, dy] =
    { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[key] ?? []
  if (dx === undefined || dy === undefined) return undefined
  if (isResizing) {
    const room = { width: picture.width - box.x, height: picture.height - box.y }
    return {
      ...box,
      width: clamp(box.width + dx, Math.min(step, room.width), room.width),
      height: clamp(box.height + dy, Math.min(step, room.height), room.height),
    }
  }
  return {
    ...box,
    x: clamp(box.x + dx, 0, picture.width - box.width),
    y: clamp(box.y + dy, 0, picture.height - box.height),
  }
}
