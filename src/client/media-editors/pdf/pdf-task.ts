/** `key` names the file, so that it is opened once. `side` (pixels) or `scale` (1 is 72 dots an inch) give the size. */
export type PdfTask =
  | { kind: 'count'; key: string; file: Blob }
  | { kind: 'thumbnail'; key: string; file: Blob; page: number; side: number }
  | { kind: 'page'; key: string; file: Blob; page: number; scale: number; maxPixels: number }

export type PdfReply = { pages: number } | { thumbnail: ImageBitmap } | { picture: Blob } | { failed: string }
