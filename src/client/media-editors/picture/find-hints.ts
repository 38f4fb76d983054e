/** What a person may want to know about a picture before sending it; never a reason to refuse. */
export type PictureHint = 'blurred' | 'small-text'

const tile = 48
const minContrast = 24
/** Pixels that the sharpest edges take from dark to light, where a sharp picture has 2 to 4. */
const blurredEdge = 7
const minGlyphs = 80
const smallGlyph = 7

/** Looks at a picture as the model will see it: one byte of brightness a pixel, at the model's own size. */
export function findHints(gray: Uint8Array, width: number, height: number): PictureHint[] {
  const hints: PictureHint[] = []
  if (isBlurred(gray, width, height)) hints.push('blurred')
  else if (hasSmallText(gray, width, height)) hints.push('small-text')
  return hints
}

/** Edges are looked at tile by tile, and only the sharpest quarter counts: a soft background is no fault. */
function isBlurred(gray: Uint8Array, width: number, height: number): boolean {
  const edges: number[] = []
  for (let top = 1; top + tile < height; top += tile) {
    for (let left = 1; left + tile < width; left += tile) {
      let low = 255
      let high = 0
      let steepest = 0
      for (let y = top; y < top + tile; y += 1) {
        for (let at = y * width + left; at < y * width + left + tile; at += 1) {
          const value = gray[at] ?? 0
          if (value < low) low = value
          if (value > high) high = value
          const across = Math.abs((gray[at + 1] ?? 0) - (gray[at - 1] ?? 0))
          const down = Math.abs((gray[at + width] ?? 0) - (gray[at - width] ?? 0))
          steepest = Math.max(steepest, across, down)
        }
      }
      if (high - low >= minContrast) edges.push((high - low) / (steepest / 2))
    }
  }
  if (edges.length < 4) return false
  return (edges.toSorted((a, b) => a - b)[Math.floor(edges.length / 4)] ?? 0) > blurredEdge
}

/** Lines of print, by their gaps, whose letters are but a few pixels high. */
function hasSmallText(gray: Uint8Array, width: number, height: number): boolean {
  const ink = toInk(gray, width, height)
  const rows = Array.from({ length: height }, (_, y) => {
    let sum = 0
    for (let at = y * width; at < (y + 1) * width; at += 1) sum += ink[at] ?? 0
    return sum
  })
  const mean = rows.reduce((sum, row) => sum + row, 0) / height
  const spread = Math.sqrt(rows.reduce((sum, row) => sum + (row - mean) ** 2, 0) / height)
  if (mean < width * 0.005 || mean > width * 0.3 || spread < mean * 0.5) return false
  const glyphs = readGlyphHeights(ink, width, height)
  if (glyphs.length < minGlyphs) return false
  return (glyphs.toSorted((a, b) => a - b)[Math.floor(glyphs.length / 2)] ?? Infinity) < smallGlyph
}

/** 1 where a pixel is clearly darker than what surrounds it, so that a shadow on the page does not count. */
function toInk(gray: Uint8Array, width: number, height: number): Uint8Array {
  const reach = 12
  const sums = new Uint32Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y += 1) {
    let row = 0
    for (let x = 0; x < width; x += 1) {
      row += gray[y * width + x] ?? 0
      sums[(y + 1) * (width + 1) + x + 1] = (sums[y * (width + 1) + x + 1] ?? 0) + row
    }
  }
  const ink = new Uint8Array(width * height)
  for (let y = 0; y < height; y += 1) {
    const top = Math.max(0, y - reach) * (width + 1)
    const bottom = Math.min(height, y + reach) * (width + 1)
    for (let x = 0; x < width; x += 1) {
      const left = Math.max(0, x - reach)
      const right = Math.min(width, x + reach)
      const sum =
        (sums[bottom + right] ?? 0) - (sums[bottom + left] ?? 0) - (sums[top + right] ?? 0) + (sums[top + left] ?? 0)
      const area = ((bottom - top) / (width + 1)) * (right - left)
      if ((gray[y * width + x] ?? 0) < sum / area - 25) ink[y * width + x] = 1
    }
  }
  return ink
}

/** Heights of connected pieces of ink that could be letters. Walks each piece once and wipes it. */
function readGlyphHeights(ink: Uint8Array, width: number, height: number): number[] {
  const heights: number[] = []
  const stack: number[] = []
  for (let start = 0; start < ink.length; start += 1) {
    if (ink[start] === 0) continue
    let top = height
    let bottom = 0
    let left = width
    let right = 0
    stack.push(start)
    ink[start] = 0
    while (stack.length > 0) {
      const at = stack.pop() ?? 0
      const x = at % width
      const y = (at - x) / width
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
      left = Math.min(left, x)
      right = Math.max(right, x)
      for (const next of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width]) {
        if (ink[next] !== 1) continue
        ink[next] = 0
        stack.push(next)
      }
    }
    const tall = bottom - top + 1
    const wide = right - left + 1
    if (tall >= 3 && tall <= 80 && wide >= 2 && wide <= tall * 4) heights.push(tall)
  }
  return heights
}
