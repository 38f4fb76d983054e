import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { limits, type Model } from '../../shared/config.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { MediaLibrary } from '../media/media-library.ts'
import { writerOf, type Env, type Writer } from '../visitors/visitor.ts'
import { maxSentFrames, videoRates } from '../../shared/video-rule.ts'
import { isVideoUrl } from '../../shared/media.ts'
import { checkVideoUrl } from '../media/check-video-url.ts'
import { parseBody } from './parse-body.ts'
import type { Costs } from './policy.ts'

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

const tooBig = () => {
  const megabytes = limits.maxUploadBytes / 1024 / 1024
  return new ProblemError(413, 'media-too-big', `A file may have ${megabytes} MB. Send a smaller one.`)
}

export function createMediaRoutes(
  media: MediaLibrary,
  fetchUrl: (url: string, signal: AbortSignal) => Promise<Uint8Array>,
  allow: string[],
  models: () => Model[],
  costs: Costs,
) {
  async function addFrames(form: FormData, writer: Writer) {
    const frames = form.getAll('frames').filter((frame) => frame instanceof File)
    const fps = rate.safeParse(Number(form.get('fps') ?? videoRates.default))
    if (!fps.success) {
      const { min, max } = videoRates
      throw new ProblemError(422, 'video-out-of-range', `fps must be a number from ${min} to ${max}.`)
    }
    if (frames.length < minFrames || frames.length > maxSentFrames) {
      const range = `${minFrames} to ${maxSentFrames}`
      throw new ProblemError(422, 'video-out-of-range', `A video may have ${range} frames; these are ${frames.length}.`)
    }
    const files = await Promise.all(frames.map(async (frame) => new Uint8Array(await frame.arrayBuffer())))
    return await media.addFrames(files, fps.data, writer)
  }

  return new Hono<Env>()
    .post(
      '/',
      costs('decoding'),
      bodyLimit({
        maxSize: limits.maxUploadBytes + 64 * 1024,
        onError: () => {
          throw tooBig()
        },
      }),
      async (c) => {
        const type = c.req.header('content-type') ?? ''
        if (type.startsWith('application/json')) {
          const { url, fps } = await parseBody(c, z.object({ url: z.string().max(8_192), fps: rate.optional() }))
          if (fps !== undefined || isVideoUrl(url)) {
            const address = checkVideoUrl(url, allow)
            return c.json(await media.addVideoUrl(address, fps ?? videoRates.default, writerOf(c)), 201)
          }
          return c.json(await media.add(await fetchUrl(url, c.req.raw.signal), writerOf(c)), 201)
        }
        if (!type.startsWith('multipart/form-data')) {
          throw new ProblemError(415, 'bad-request', 'Send multipart/form-data with the field file, or JSON with url.')
        }
        const form = await c.req.formData().catch(() => {
          throw new ProblemError(400, 'bad-request', 'The form could not be read. Send the file again.')
        })
        const file = form.get('file')
        if (!(file instanceof File)) {
          if (form.has('frames')) return c.json(await addFrames(form, writerOf(c)), 201)
          throw new ProblemError(400, 'bad-request', 'The form has no field file. Send one file in it.')
        }
        if (file.size > limits.maxUploadBytes) throw tooBig()
        return c.json(await media.add(new Uint8Array(await file.arrayBuffer()), writerOf(c)), 201)
      },
    )
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
      return c.json(await media.addVideoFile(Readable.fromWeb(body as ReadableStream), video, most, writerOf(c)), 201)
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
