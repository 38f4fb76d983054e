import type { Metadata } from 'sharp'
import { toMaxSide } from '../../shared/picture-size.ts'
import { readMemoryLimit } from '../spending/memory.ts'
import type { Effort } from './decoding-queue.ts'
import type { FileKind } from './pictures/sniff-file-type.ts'

const smallest = 200_000_000
const largest = 2_400_000_000

/** What all pictures that are being decoded may take together. */
export const decodingBytes = Math.min(largest, Math.max(smallest, readMemoryLimit() * 0.4))
/** A picture by itself takes at most so much of it: what others send meanwhile has room. */
const mostOfOne = 0.75

/** Each pixel of what is made, which is held a few times while it is encoded. */
const madeBytes = 4

/** Memory for each pixel of a file, as measured. Those that are not read line by line stand there as a whole. */
function toPixelBytes(kind: FileKind, meta: Partial<Pick<Metadata, 'isProgressive' | 'depth'>>): number {
  const wide = meta.depth === 'uchar' || meta.depth === undefined ? 1 : 2
  if (kind === 'png') return meta.isProgressive ? 3 * wide : 0.2 * wide
  if (kind === 'jpeg') return meta.isProgressive ? 4.5 : 1.6
  if (kind === 'webp') return 3
  if (kind === 'gif') return 4.5
  // A decoder of video: its planes, and those of the picture before it is turned into colours.
  if (kind === 'avif') return 16 * wide
  return 4 * wide
}

export function estimateEffort(
  kind: FileKind,
  width: number,
  height: number,
  meta: Partial<Pick<Metadata, 'isProgressive' | 'depth'>>,
): Effort {
  const pixels = width * height
  const shrink = Math.min(1, toMaxSide({ width, height }) / Math.max(width, height))
  return { pixels, bytes: Math.ceil(pixels * (toPixelBytes(kind, meta) + shrink ** 2 * madeBytes)) }
}

/** Whether this server has the memory for it. */
export const isWithinMemory = ({ bytes }: Effort): boolean => bytes <= decodingBytes * mostOfOne
