import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { limits } from '../../shared/config.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { MediaLibrary } from '../media/media-library.ts'
import type { Env } from '../visitors/visitor.ts'
import { parseBody } from './parse-body.ts'

const tooBig = () => {
  const megabytes = limits.maxUploadBytes / 1024 / 1024
  return new ProblemError(413, 'media-too-big', `A file may have ${megabytes} MB. Send a smaller one.`)
}

export function createMediaRoutes(
  media: MediaLibrary,
  fetchUrl: (url: string, signal: AbortSignal) => Promise<Uint8Array>,
) {
  return new Hono<Env>()
    .post(
      '/',
      bodyLimit({
        maxSize: limits.maxUploadBytes + 64 * 1024,
        onError: () => {
          throw tooBig()
        },
      }),
      async (c) => {
        const type = c.req.header('content-type') ?? ''
        if (type.startsWith('application/json')) {
          const { url } = await parseBody(c, z.object({ url: z.string().max(8_192) }))
          return c.json(await media.add(await fetchUrl(url, c.req.raw.signal), c.get('visitor')), 201)
        }
        if (!type.startsWith('multipart/form-data')) {
          throw new ProblemError(415, 'bad-request', 'Send multipart/form-data with the field file, or JSON with url.')
        }
        const form = await c.req.formData().catch(() => {
          throw new ProblemError(400, 'bad-request', 'The form could not be read. Send the file again.')
        })
        const file = form.get('file')
        if (!(file instanceof File)) {
          if (form.has('frames')) {
            throw new ProblemError(415, 'video-unsupported', 'Video is not supported yet. Send a picture of one frame.')
          }
          throw new ProblemError(400, 'bad-request', 'The form has no field file. Send one file in it.')
        }
        if (file.size > limits.maxUploadBytes) throw tooBig()
        return c.json(await media.add(new Uint8Array(await file.arrayBuffer()), c.get('visitor')), 201)
      },
    )
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
