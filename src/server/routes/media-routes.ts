import { Hono } from 'hono'
import { z } from 'zod'
import { limits, type Model } from '../../shared/config.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { FetchUrl } from '../media/fetch-url.ts'
import type { MediaLibrary } from '../media/media-library.ts'
import { writerOf, type Env } from '../http/visitor.ts'
import type { Writer } from '../network/writer.ts'
import { maxSentFrames, videoRates } from '../../shared/video-rule.ts'
import { isVideoUrl } from '../../shared/media.ts'
import { checkVideoUrl } from '../media/check-video-url.ts'
import { parseBody } from '../http/parse-body.ts'
import type { Costs } from './policy.ts'
import { readAtPace } from './read-at-pace.ts'
import { readUpload, tooBig } from './read-upload.ts'
import { findFile, splitForm, type Part } from './split-form.ts'

/** No model takes a shorter list. */
const minFrames = 4
const rate = z.number().min(videoRates.min).max(videoRates.max)

const count = z.coerce.number().int().positive().max(1e9).optional()
const videoFacts = z.object({
  mime: z.string().regex(/^video\/[\w.+-]{1,60}$/),
  fps: z.coerce.number().min(videoRates.min).max(videoRates.max).optional(),
  durationMs: count,
  width: count,
  height: count,
})

export function createMediaRoutes(
  media: MediaLibrary,
  fetchUrl: FetchUrl,
  allow: string[],
  models: () => Model[],
  costs: Costs,
) {
  async function addFrames(parts: Part[], writer: Writer) {
    const frames = parts.filter(({ name, isFile }) => name === 'frames' && isFile)
    const sentRate = parts.find(({ name }) => name === 'fps')
    const fps = rate.safeParse(sentRate ? Number(Buffer.from(sentRate.bytes).toString()) : videoRates.default)
    if (!fps.success) {
      const { min, max } = videoRates
      throw new ProblemError(422, 'video-out-of-range', `fps must be a number from ${min} to ${max}.`)
    }
    if (frames.length < minFrames || frames.length > maxSentFrames) {
      const range = `${minFrames} to ${maxSentFrames}`
      throw new ProblemError(422, 'video-out-of-range', `A video may have ${range} frames; these are ${frames.length}.`)
    }
    return await media.addFrames(
      frames.map(({ bytes }) => bytes),
      fps.data,
      writer,
    )
  }

  return new Hono<Env>()
    .post('/', costs('decoding'), async (c) => {
      const type = c.req.header('content-type') ?? ''
      if (type.startsWith('application/json')) {
        const { url, fps } = await parseBody(c, z.object({ url: z.string().max(8_192), fps: rate.optional() }))
        if (fps !== undefined || isVideoUrl(url)) {
          const address = checkVideoUrl(url, allow)
          return c.json(await media.addVideoUrl(address, fps ?? videoRates.default, writerOf(c)), 201)
        }
        const bytes = await fetchUrl(url, c.req.raw.signal, c.get('upload')?.take)
        return c.json(await media.add(bytes, writerOf(c)), 201)
      }
      if (!type.startsWith('multipart/form-data')) {
        throw new ProblemError(415, 'bad-request', 'Send multipart/form-data with the field file, or JSON with url.')
      }
      const parts = splitForm(await readUpload(c), type)
      const file = findFile(parts)
      if (!file) {
        if (parts.some(({ name }) => name === 'frames')) return c.json(await addFrames(parts, writerOf(c)), 201)
        throw new ProblemError(400, 'bad-request', 'The form has no field file. Send one file in it.')
      }
      if (file.byteLength > limits.maxUploadBytes) throw tooBig()
      return c.json(await media.add(file, writerOf(c)), 201)
    })
    .post('/videos', costs('copying'), async (c) => {
      const most = Math.max(0, ...models().map(({ wholeVideoBytes = 0 }) => wholeVideoBytes))
      if (most === 0) {
        throw new ProblemError(415, 'video-unsupported', 'The model service takes no whole videos. Send frames of it.')
      }
      if (Number(c.req.header('content-length') ?? 0) > most) {
        throw new ProblemError(413, 'media-too-big', `A video may have ${most / 1024 / 1024} MB. Send frames of it.`)
      }
      const facts = videoFacts.safeParse(c.req.query())
      const body = c.req.raw.body
      if (!facts.success || !body) {
        throw new ProblemError(
          400,
          'bad-request',
          'Send the video as the body; fps, durationMs, width, height as query.',
        )
      }
      const { mime, ...rest } = facts.data
      const known = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
      const video = { mime, fps: videoRates.default, ...known }
      return c.json(await media.addVideoFile(readAtPace(body), video, most, writerOf(c)), 201)
    })
    .get('/:id', async (c) => {
      const { mime, read } = await media.open(c.req.param('id'), c.get('visitor'))
      return c.body((await read()) as Uint8Array<ArrayBuffer>, 200, {
        'Content-Type': mime,
        'Cache-Control': 'private, max-age=31536000, immutable',
        'Content-Disposition': 'inline',
        'Content-Security-Policy': "default-src 'none'; sandbox",
      })
    })
}
