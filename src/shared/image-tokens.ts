import type { Model, PixelRule, VideoRule } from './config.ts'
import type { Media } from './media.ts'

/** Half goes to the even neighbour, as the models' own counting does. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  if (value - floor !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

/** How many patches of `factor` pixels a picture is cut into once its sides are rounded and its area held within the rule. */
function toPatches(width: number, height: number, { factor, min, max }: Omit<PixelRule, 'highMax'>): number {
  let across = Math.max(factor, roundHalfEven(width / factor) * factor)
  let down = Math.max(factor, roundHalfEven(height / factor) * factor)
  if (across * down > max) {
    const scale = Math.sqrt((width * height) / max)
    across = Math.max(factor, Math.floor(width / scale / factor) * factor)
    down = Math.max(factor, Math.floor(height / scale / factor) * factor)
  } else if (across * down < min) {
    const scale = Math.sqrt(min / (width * height))
    across = Math.ceil((width * scale) / factor) * factor
    down = Math.ceil((height * scale) / factor) * factor
  }
  return (across / factor) * (down / factor)
}

/** Estimated input tokens of a picture (pixels), start and end markers included. */
export function imageTokens(width: number, height: number, rule: PixelRule, highResolution = false): number {
  const max = highResolution ? (rule.highMax ?? rule.max) : rule.max
  return toPatches(width, height, { ...rule, max }) + 2
}

/** Estimated input tokens of a video of `frames` frames: two make one, and a long video is held to the pixels of all. */
export function videoTokens(
  width: number,
  height: number,
  frames: number,
  pixels: PixelRule,
  video: VideoRule,
): number {
  const { factor } = pixels
  const max = Math.max(factor ** 2, Math.min(video.framePixels, (video.totalPixels / frames) * 2))
  return Math.ceil(frames / 2) * toPatches(width, height, { factor, min: factor ** 2, max }) + 2
}

/** Estimated input tokens of a picture or video for a model, where its rule and the size are known. */
export function mediaTokens(
  { kind, width, height, frames, durationMs, fps }: Media,
  { pixels, video }: Pick<Model, 'pixels' | 'video'>,
  highResolution: boolean,
): number | undefined {
  if (!pixels || width === undefined || height === undefined) return undefined
  if (kind === 'image') return imageTokens(width, height, pixels, highResolution)
  // Of a whole file the model takes the frames itself, up to as many as it takes of a list.
  const taken = durationMs === undefined || fps === undefined ? undefined : Math.ceil((durationMs / 1000) * fps)
  const count = frames ?? taken
  if (count === undefined || !video) return undefined
  return videoTokens(width, height, Math.min(count, video.maxFrames), pixels, video)
}
