import type { PixelRule } from './config.ts'

/** Half goes to the even neighbour, as the models' own counting does. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  if (value - floor !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

/** Estimated input tokens of a picture (pixels), start and end markers included. */
export function imageTokens(width: number, height: number, rule: PixelRule, highResolution = false): number {
  const { factor, min } = rule
  const max = highResolution ? (rule.highMax ?? rule.max) : rule.max
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
  return (across / factor) * (down / factor) + 2
}
