/** A stored picture or video of a visitor. `width`, `height` in pixels, upright. */
export type Media = {
  id: string
  kind: 'image' | 'video'
  mime: string
  width?: number
  height?: number
  bytes?: number
  durationMs?: number
  frames?: number
  /** Frames a second: of the list, or wished of a video at an address. */
  fps?: number
  /** A video that the model fetches itself. */
  url?: string
  /** The whole file is kept, and handed on as it is. */
  isWhole?: boolean
  /** In the answer to adding it: its size before it was made smaller. */
  from?: { width: number; height: number }
  /** More frames were in the file than the one kept. */
  isFirstFrame?: boolean
  /** In a run: it was sent as large as the model takes it. */
  isHighResolution?: boolean
  /** In the answer to adding it: the latest run of this visitor that asked about the very same picture. */
  asked?: { id: string; question: string }
}

/** Files that are videos, by their name. */
export const videoNames = /\.(mp4|m4v|mov|webm|mkv|avi|flv|wmv)$/i

/** Whether an address names a video, by the end of its path: what the upstream fetches itself. */
export const isVideoUrl = (text: string): boolean => URL.canParse(text) && videoNames.test(new URL(text).pathname)
