import { limits } from './config.ts'

export type Size = { width: number; height: number }

/** A picture more than this many times as long as wide is kept longer than others, so that its print stays readable. */
const longAspect = 5
/** From here on a model’s shrinking is worth a word. */
const wordAspect = 3
const wordScale = 0.8

const aspectOf = ({ width, height }: Size) => Math.max(width / height, height / width)

/** The largest side that a picture of these proportions may have. */
export const toMaxSide = (size: Size): number => (aspectOf(size) > longAspect ? limits.maxLongSide : limits.maxSide)

const toScale = ({ width, height }: Size, maxPixels: number, maxSide: number) =>
  Math.min(1, maxSide / Math.max(width, height), Math.sqrt(maxPixels / (width * height)))

/** The largest size within an area and a side, never larger than it is. Each side at least one pixel. */
export function fitSize(size: Size, maxPixels: number, maxSide: number): Size {
  const scale = toScale(size, maxPixels, maxSide)
  return {
    width: Math.max(1, Math.floor(size.width * scale)),
    height: Math.max(1, Math.floor(size.height * scale)),
  }
}

/** The bounds within which a picture is stored. */
export function toStoredBounds(size: Size): Size {
  const side = toMaxSide(size)
  if (side === limits.maxSide) return { width: side, height: side }
  const scale = toScale(size, limits.maxSide ** 2, side)
  return { width: Math.ceil(size.width * scale), height: Math.ceil(size.height * scale) }
}

/**
 * Into how many pictures a long one is better cut, so that a model which takes `maxPixels` of each sees them at full
 * size; 1 where it loses little as it is.
 */
export function toLongParts(size: Size, maxPixels: number): number {
  const scale = toScale(size, maxPixels, toMaxSide(size))
  if (aspectOf(size) <= wordAspect || scale > wordScale) return 1
  return Math.max(2, Math.ceil((size.width * size.height) / maxPixels))
}
