import type { Size } from '../../../shared/picture-size.ts'

export type Point = { x: number; y: number }
export type Box = { left: number; top: number; right: number; bottom: number }
export type ShapeKind = 'crop' | 'cover' | 'arrow' | 'pen'

/** Points are fractions of the turned picture: two corners of a crop or a cover, tail and head of an arrow, a pen's way. */
export type Shape = { key: string; kind: ShapeKind; points: Point[] }

/** How a picture is framed: quarter turns clockwise, degrees of straightening, then what was drawn on it. */
export type PictureEdits = { turns: number; straighten: number; shapes: Shape[] }

/** A side or corner of a shape's bounds that is pulled, or one point of an arrow. */
export type Handle = 'n' | 'ne' | 'e' | 'se' | 's' | 'sw' | 'w' | 'nw' | 'tail' | 'head'

export const noEdits: PictureEdits = { turns: 0, straighten: 0, shapes: [] }
export const minSide = 0.02

export const isUnedited = ({ turns, straighten, shapes }: PictureEdits) =>
  turns === 0 && straighten === 0 && shapes.length === 0
export const isBox = ({ kind }: Pick<Shape, 'kind'>) => kind === 'crop' || kind === 'cover'

const clamp = (value: number, low = 0, high = 1) => Math.min(high, Math.max(low, value))

export function toBounds({ points }: Pick<Shape, 'points'>): Box {
  const across = points.map(({ x }) => x)
  const down = points.map(({ y }) => y)
  return { left: Math.min(...across), top: Math.min(...down), right: Math.max(...across), bottom: Math.max(...down) }
}

/** The same shape elsewhere, wholly on the picture. */
export function moveShape(shape: Shape, dx: number, dy: number): Shape {
  const { left, top, right, bottom } = toBounds(shape)
  const x = clamp(dx, -left, 1 - right)
  const y = clamp(dy, -top, 1 - bottom)
  return { ...shape, points: shape.points.map((point) => ({ x: point.x + x, y: point.y + y })) }
}

/** Pulls a handle to a place on the picture; the opposite side stays where it is. */
export function pullShape(shape: Shape, handle: Handle, to: Point): Shape {
  const target = { x: clamp(to.x), y: clamp(to.y) }
  if (handle === 'tail' || handle === 'head') {
    return {
      ...shape,
      points: shape.points.map((point, index) => (index === (handle === 'tail' ? 0 : 1) ? target : point)),
    }
  }
  const bounds = toBounds(shape)
  const next = { ...bounds }
  if (handle.includes('w')) next.left = Math.min(target.x, bounds.right - minSide)
  if (handle.includes('e')) next.right = Math.max(target.x, bounds.left + minSide)
  if (handle.startsWith('n')) next.top = Math.min(target.y, bounds.bottom - minSide)
  if (handle.startsWith('s')) next.bottom = Math.max(target.y, bounds.top + minSide)
  return fitShape(shape, next)
}

/** Stretches a shape from its bounds to others. */
export function fitShape(shape: Shape, to: Box): Shape {
  const from = toBounds(shape)
  const map = (value: number, low: number, high: number, newLow: number, newHigh: number) =>
    high - low < 1e-9 ? (newLow + newHigh) / 2 : newLow + ((value - low) / (high - low)) * (newHigh - newLow)
  return {
    ...shape,
    points: shape.points.map(({ x, y }) => ({
      x: map(x, from.left, from.right, clamp(to.left), clamp(to.right)),
      y: map(y, from.top, from.bottom, clamp(to.top), clamp(to.bottom)),
    })),
  }
}

/** Spreads a shape about its middle, as two fingers do, and carries it along. */
export function spreadShape(shape: Shape, factor: number, dx: number, dy: number): Shape {
  const { left, top, right, bottom } = toBounds(shape)
  const width = clamp((right - left) * factor, minSide, 1)
  const height = clamp((bottom - top) * factor, minSide, 1)
  const x = clamp((left + right - width) / 2 + dx, 0, 1 - width)
  const y = clamp((top + bottom - height) / 2 + dy, 0, 1 - height)
  return fitShape(shape, { left: x, top: y, right: x + width, bottom: y + height })
}

/** Turns the picture a quarter clockwise (1) or back (-1); what is drawn on it turns along. */
export function turnFrame(frame: PictureEdits, by: 1 | -1): PictureEdits {
  const turn = ({ x, y }: Point): Point => (by === 1 ? { x: 1 - y, y: x } : { x: y, y: 1 - x })
  return {
    turns: (frame.turns + by + 4) % 4,
    straighten: frame.straighten,
    shapes: frame.shapes.map((shape) => {
      const points = shape.points.map(turn)
      if (!isBox(shape)) return { ...shape, points }
      const { left, top, right, bottom } = toBounds({ points })
      return {
        ...shape,
        points: [
          { x: left, y: top },
          { x: right, y: bottom },
        ],
      }
    }),
  }
}

/** A shape to begin with where nothing was drawn: what the keyboard adds. */
export function createShape(key: string, kind: ShapeKind): Shape {
  switch (kind) {
    case 'crop':
      return {
        key,
        kind,
        points: [
          { x: 0.1, y: 0.1 },
          { x: 0.9, y: 0.5 },
        ],
      }
    case 'cover':
      return {
        key,
        kind,
        points: [
          { x: 0.4, y: 0.45 },
          { x: 0.6, y: 0.55 },
        ],
      }
    case 'arrow':
      return {
        key,
        kind,
        points: [
          { x: 0.3, y: 0.6 },
          { x: 0.45, y: 0.5 },
        ],
      }
    case 'pen':
      return { key, kind, points: ring }
  }
}
const ring = Array.from({ length: 33 }, (_, index) => ({
  x: 0.5 + 0.12 * Math.cos((index * Math.PI) / 16),
  y: 0.5 + 0.08 * Math.sin((index * Math.PI) / 16),
}))

/** The picture's size in pixels once it is turned. */
export const toTurnedSize = ({ turns }: PictureEdits, width: number, height: number) =>
  turns % 2 === 0 ? { width, height } : { width: height, height: width }

/** The parts that become pictures, in their order; the whole one where nothing is cropped. */
export function toParts(frame: PictureEdits): Box[] {
  const crops = frame.shapes.filter(({ kind }) => kind === 'crop').map(toBounds)
  return crops.length > 0 ? crops : [{ left: 0, top: 0, right: 1, bottom: 1 }]
}

/** How much of a part its neighbour shows as well: a line of print that is cut is whole in one of them. */
const overlap = 0.04

/** Crops that cut a picture along its longer side into so many equal parts. */
export function cutAlong({ width, height }: Size, count: number): Shape[] {
  const reach = overlap / count
  return Array.from({ length: count }, (_, index) => {
    const from = clamp(index / count - reach)
    const to = clamp((index + 1) / count + reach)
    const isTall = height >= width
    return {
      key: `part-${index + 1}`,
      kind: 'crop',
      points: isTall
        ? [
            { x: 0, y: from },
            { x: 1, y: to },
          ]
        : [
            { x: from, y: 0 },
            { x: to, y: 1 },
          ],
    }
  })
}

/** Whether a mark or a cover reaches into a part. */
export function touches(shape: Shape, part: Box): boolean {
  const { left, top, right, bottom } = toBounds(shape)
  return left < part.right && right > part.left && top < part.bottom && bottom > part.top
}
