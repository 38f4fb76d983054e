import type { Model } from '../../shared/config.ts'
import type { Media } from '../../shared/media.ts'
import { ProblemError } from '../../shared/problem.ts'
import { findVideoFault, maxFramesOf } from '../../shared/video-rule.ts'

/** Refuses a video that the model does not take, naming what it would. */
export function checkVideo(model: Model, item: Media) {
  if (item.kind !== 'video') return
  const fault = findVideoFault(model, item)
  if (fault === undefined) return
  if (fault === 'no-video') {
    throw new ProblemError(422, 'model-no-video', `${model.id} takes no video. Pick another model, or send pictures.`)
  }
  const rule = model.video
  const limits = rule
    ? ` ${model.id} takes ${rule.minS} to ${rule.maxS} seconds, as ${rule.minFrames} to ${maxFramesOf(rule)} frames.`
    : ''
  throw new ProblemError(422, 'video-out-of-range', `The video is ${fault.replaceAll('-', ' ')}.${limits}`)
}
