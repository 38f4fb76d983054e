import type { Media } from './media.ts'

const maxHeight = 176

/** How large a picture stands beside its question, in CSS pixels: known before it comes, so that nothing moves then. */
export function toShownSize({ width, height }: Media): { width: number; height: number } | undefined {
  if (width === undefined || height === undefined) return undefined
  const scale = Math.min(1, maxHeight / height)
  return { width: Math.round(width * scale), height: Math.round(height * scale) }
}
