/** Per million tokens; `tiers` in rising order, the first whose `upTo` (input tokens) holds the request prices all of it. */
export type Price = {
  region: 'china' | 'international'
  currency: 'CNY' | 'USD'
  asOf: string
  tiers: { upTo?: number; input: number; output: number; cached?: number }[]
}

/** How a model counts pixels: sides are rounded to `factor`, the area held between `min` and `max` (`highMax` with high resolution). */
export type PixelRule = { factor: number; min: number; max: number; highMax?: number }

/** What a model takes of video: seconds, the length of a list of frames, pixels of one frame and of all. */
export type VideoRule = {
  minS: number
  maxS: number
  minFrames: number
  maxFrames: number
  framePixels: number
  totalPixels: number
}

export type Model = {
  id: string
  label: string
  thinking: 'always' | 'switchable' | 'never'
  thinkingDefault: boolean
  /** Largest thinking budget in tokens. Absent: the model takes no budget. */
  maxBudget?: number
  switch: 'enable_thinking' | 'chat-template' | 'reasoning-effort' | 'none'
  media: ('image' | 'video')[]
  isStreamOnly?: boolean
  /** The model wants its earlier thinking back in a follow-up. */
  wantsThinkingBack?: boolean
  pixels?: PixelRule
  video?: VideoRule
  /** Videos up to this size are taken whole. Absent: as frames or by their address only. */
  wholeVideoBytes?: number
  maxInputTokens?: number
  maxOutputTokens?: number
  /** ISO date after which the upstream refuses the model. */
  retiresAt?: string
  prices?: Price[]
}

/** Whether a model thinks when nobody chose: one that always thinks does, whatever its default says. */
export const thinksByDefault = ({ thinking, thinkingDefault }: Model): boolean =>
  thinking === 'always' || (thinking === 'switchable' && thinkingDefault)

export type Limits = {
  maxQuestionChars: number
  maxMedia: number
  maxUploadBytes: number
  /** Pixels of a side, before and after normalising. */
  maxSourcePixels: number
  maxSide: number
  /** Of the longer side where a picture is very tall or wide. */
  maxLongSide: number
}

export type Config = {
  mode: 'live' | 'local' | 'demo'
  models: Model[]
  defaultModel: string
  limits: Limits
  /** Written samples offered to start from; `image` is a path on this server. */
  samples: Sample[]
}

export type Sample = {
  id: string
  language: 'en' | 'zh-CN'
  title: string
  question: string
  image: string
  alt: string
}

export const limits: Limits = {
  maxQuestionChars: 20_000,
  maxMedia: 8,
  maxUploadBytes: 20 * 1024 * 1024,
  maxSourcePixels: 120_000_000,
  maxSide: 4096,
  maxLongSide: 7680,
}
