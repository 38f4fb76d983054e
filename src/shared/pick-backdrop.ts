/** Below this the content of a picture cannot be told from what is behind it. */
const minSpread = 6

/**
 * What a transparent picture stands on: white, or black where what is drawn is so light that it would vanish on white.
 * `pixels` are red, green, blue and opacity, a byte each.
 */
export function pickBackdrop(pixels: Uint8Array | Uint8ClampedArray): '#ffffff' | '#000000' {
  const spreadOn = (backdrop: number) => {
    let sum = 0
    let squares = 0
    const count = pixels.length / 4
    for (let at = 0; at < pixels.length; at += 4) {
      const opacity = (pixels[at + 3] ?? 0) / 255
      const light = (pixels[at] ?? 0) * 0.3 + (pixels[at + 1] ?? 0) * 0.59 + (pixels[at + 2] ?? 0) * 0.11
      const shown = light * opacity + backdrop * (1 - opacity)
      sum += shown
      squares += shown * shown
    }
    return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2))
  }
  const onWhite = spreadOn(255)
  return onWhite < minSpread && spreadOn(0) > onWhite * 2 ? '#000000' : '#ffffff'
}
