import type { PictureEdits } from './picture-edits.ts'
import type { PictureHint } from './find-hints.ts'

/** What the worker is asked. Sizes in pixels. */
export type PictureTask =
  | { kind: 'look'; source: Blob | ImageBitmap; previewSide: number; maxPixels: number }
  | {
      kind: 'render'
      source: Blob | ImageBitmap
      frame: PictureEdits
      maxPixels: number
      isLossless: boolean
    }

/** `preview` is at most `previewSide` a side; `width`, `height` are the picture's own, upright. */
export type Preview = { width: number; height: number; preview: ImageBitmap; hints: PictureHint[] }
export type Rendered = { blob: Blob; width: number; height: number }

export type PictureReply = { look: Preview } | { pictures: Rendered[] } | { failed: string }
