/** A stored picture (or, later, video) of a visitor. `width`, `height` in pixels, upright. */
export type Media = {
  id: string
  kind: 'image' | 'video'
  mime: string
  width?: number
  height?: number
  bytes?: number
  durationMs?: number
  frames?: number
  /** More frames were in the file than the one kept. */
  isFirstFrame?: boolean
}
