import sharp from 'sharp'
import type { FakeRequest } from './fake-upstream.ts'

type Part = { type: string; text?: string; image_url?: { url: string }; video?: string[]; fps?: number }

/** The parts of the last question that holds `marker`, as the upstream got them. */
export function sentParts(requests: FakeRequest[], marker: string): Part[] {
  const sent = requests.findLast(({ body }) => JSON.stringify(body ?? '').includes(marker))
  const body = sent?.body as { messages: { content: Part[] | string }[] } | undefined
  const content = body?.messages.at(-1)?.content ?? []
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

export const toBytes = (dataUrl: string) => Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64')

export const sentPictures = (requests: FakeRequest[], marker: string) =>
  sentParts(requests, marker).flatMap(({ image_url: image }) => (image ? [toBytes(image.url)] : []))

/** The colour at a place (fractions) of a picture: `r`, `g`, `b`, `y`, `k` or `w`, the nearest of them. */
export async function colorAt(bytes: Buffer, x: number, y: number): Promise<string> {
  const { data, info } = await sharp(bytes)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels
  const palette = { r: [255, 0, 0], g: [0, 160, 0], b: [0, 0, 255], y: [255, 220, 0], k: [0, 0, 0], w: [255, 255, 255] }
  const distance = (color: number[]) =>
    color.reduce((sum, value, index) => sum + (value - (data[at + index] ?? 0)) ** 2, 0)
  return Object.entries(palette).toSorted((a, b) => distance(a[1]) - distance(b[1]))[0]?.[0] ?? ''
}

/** Four fields, red and green above, blue and yellow below: which way is up can be seen. */
export const fourFields = (width: number, height: number) => {
  const field = (background: string) =>
    ({ create: { width: width / 2, height: height / 2, channels: 3, background } }) as const
  return sharp({ create: { width, height, channels: 3, background: '#ff0000' } }).composite([
    { input: field('#00a000'), left: width / 2, top: 0 },
    { input: field('#0000ff'), left: 0, top: height / 2 },
    { input: field('#ffdc00'), left: width / 2, top: height / 2 },
  ])
}
