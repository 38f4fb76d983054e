import { Hono } from 'hono'
import type { MediaLibrary } from '../media/media-library.ts'
import { createThumbs } from '../media/pictures/thumbnails.ts'
import type { Env } from '../http/visitor.ts'

/** `/api/media/:id/thumb`, to the picture's owner. */
export function createThumbnailRoutes(media: MediaLibrary) {
  const toThumb = createThumbs()
  return new Hono<Env>().get('/:id/thumb', async (c) => {
    const id = c.req.param('id')
    const { read } = await media.open(id, c.get('visitor'))
    return c.body((await toThumb(id, read)) as Uint8Array<ArrayBuffer>, 200, {
      'Content-Type': 'image/webp',
      'Cache-Control': 'private, max-age=31536000, immutable',
    })
  })
}
