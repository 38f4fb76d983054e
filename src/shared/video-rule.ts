import type { Model, VideoRule } from './config.ts'

/** Frames a second that may be asked for, those offered, and what stands where nobody chose. */
export const videoRates = { min: 0.1, max: 10, offered: [0.2, 0.5, 1, 2, 4, 8], default: 2 }
/** A list of frames travels as data, and the services take no more of those in one request. */
export const maxSentFrames = 250

export type VideoFault = 'no-video' | 'too-short' | 'too-long' | 'too-few-frames' | 'too-many-frames'

export const maxFramesOf = ({ maxFrames }: VideoRule) => Math.min(maxFrames, maxSentFrames)

/** Why a model does not take a video, or nothing. What is not known of a video is not judged. */
export function findVideoFault(
  model: Pick<Model, 'media' | 'video'>,
  { durationMs, frames }: { durationMs?: number | undefined; frames?: number | undefined },
): VideoFault | undefined {
  if (!model.media.includes('video')) return 'no-video'
  const rule = model.video
  if (!rule) return undefined
  if (frames !== undefined && frames < rule.minFrames) return 'too-few-frames'
  if (frames !== undefined && frames > maxFramesOf(rule)) return 'too-many-frames'
  if (durationMs !== undefined && durationMs < rule.minS * 1000) return 'too-short'
  if (durationMs !== undefined && durationMs > rule.maxS * 1000) return 'too-long'
  return undefined
}

/** The highest of these rates at which so many seconds stay within the model's count of frames. */
export const highestRate = (rule: VideoRule, seconds: number, rates: number[]) =>
  rates.toSorted((a, b) => b - a).find((fps) => Math.ceil(seconds * fps) <= maxFramesOf(rule))
