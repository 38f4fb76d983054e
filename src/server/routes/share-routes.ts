import { Hono, type Context, type MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { maxCovers, type ShareChange } from '../../shared/share.ts'
import { createRenderCache } from '../shares/page/render-cache.ts'
import { createSharePreviews } from '../shares/preview/share-previews.ts'
import type { Shares } from '../shares/shares.ts'
import type { ModelProvider } from '../ask/model-provider.ts'
import type { TextWork } from '../text-workers/text-work.ts'
import { writerOf, type Env } from '../http/visitor.ts'
import { sendBody, sizeOfBody, toTextBody } from '../http/compressed.ts'
import type { EventStreams } from '../http/event-stream.ts'
import { parseLastEventId } from '../http/last-event-id.ts'
import { parseBody } from '../http/parse-body.ts'
import type { Costs } from './policy.ts'

const pixels = z.number().min(0).max(1_000_000)
const cover = z.object({
  media: z.string().min(1).max(64),
  x: pixels,
  y: pixels,
  width: pixels.positive(),
  height: pixels.positive(),
})
const change = z.object({
  scope: z.enum(['run', 'conversation']).optional(),
  include: z
    .object({ question: z.boolean().optional(), media: z.boolean().optional(), thinking: z.boolean().optional() })
    .optional(),
  covers: z.array(cover).max(maxCovers).optional(),
  expiresInDays: z.number().int().min(1).max(3_650).nullable().optional(),
})

/** Without the fields that were not sent. */
function toChange({ scope, include, covers, expiresInDays }: z.infer<typeof change>): ShareChange {
  return {
    ...(scope !== undefined && { scope }),
    ...(include !== undefined && {
      include: {
        ...(include.question !== undefined && { question: include.question }),
        ...(include.media !== undefined && { media: include.media }),
        ...(include.thinking !== undefined && { thinking: include.thinking }),
      },
    }),
    ...(covers !== undefined && { covers }),
    ...(expiresInDays !== undefined && { expiresInDays }),
  }
}

export type ShareDeps = {
  shares: Shares
  eventStreams: EventStreams
  /** Where links begin; absent, at the address the visitor used. */
  publicUrl?: string
}

/**
 * Where links begin: as settings say, or where the visitor is. The guard has let that name pass; a browser's Origin, where
 * it names the same, knows of TLS before a proxy as well.
 */
export function publicOrigin(c: Context<Env>, publicUrl: string | undefined): string {
  if (publicUrl !== undefined) return publicUrl
  const { host, isSecure } = c.get('client')
  const origin = c.req.header('origin') ?? ''
  if (URL.canParse(origin) && new URL(origin).host === host) return new URL(origin).origin
  const base = `${isSecure ? 'https' : 'http'}://${host}`
  return URL.canParse(base) ? new URL(base).origin : new URL(c.req.url).origin
}

/** Nobody but the viewer keeps it, nobody lists it. */
export const noIndex: MiddlewareHandler = async (c, next) => {
  await next()
  c.header('X-Robots-Tag', 'noindex, nofollow')
  if (!c.res.headers.get('Cache-Control')?.includes('no-transform')) c.header('Cache-Control', 'private, no-store')
}

/** What anyone with the link may read. Gives no cookie. */
export function createOpenShareRoutes({
  shares,
  eventStreams,
  connection,
  work,
}: ShareDeps & { connection: () => ModelProvider; work: TextWork }) {
  const keep = createRenderCache({ freshMs: 1_000, maxBytes: 16 * 1024 * 1024, sizeOf: sizeOfBody })
  const readPreview = createSharePreviews(shares.openMedia, work)
  return new Hono<Env>()
    .use('/:id', noIndex)
    .use('/:id/*', noIndex)
    .get('/:id', async (c) => {
      const { view } = await shares.read(c.req.param('id'))
      const json = await keep(view, '', async () => toTextBody(JSON.stringify(view)))
      return await sendBody(c, json, 'application/json')
    })
    .get('/:id/events', async (c) => {
      const after = parseLastEventId(c.req.header('last-event-id') ?? c.req.query('after'))
      const channel = await shares.follow(c.req.param('id'), c.req.query('run'))
      return eventStreams.respond(c, channel, { after, onClose: () => {} })
    })
    .get('/:id/preview.png', async (c) => {
      const bytes = await readPreview(await shares.read(c.req.param('id')), connection().mode === 'demo')
      return c.body(bytes as Uint8Array<ArrayBuffer>, 200, { 'Content-Type': 'image/png' })
    })
    .get('/:id/media/:mediaId', async (c) => {
      const { mime, bytes } = await shares.openMedia(c.req.param('id'), c.req.param('mediaId'))
      return c.body(bytes as Uint8Array<ArrayBuffer>, 200, {
        'Content-Type': mime,
        'Content-Disposition': 'inline',
        'Content-Security-Policy': "default-src 'none'; sandbox",
      })
    })
}

/** A visitor's own links. */
export function createShareRoutes({ shares, publicUrl, costs }: ShareDeps & { costs: Costs }) {
  return new Hono<Env>()
    .get('/', async (c) => {
      const items = await shares.list(c.get('visitor'), publicOrigin(c, publicUrl), c.req.query('run'))
      return c.json({ items })
    })
    .delete('/', costs('ending'), async (c) => {
      await shares.revokeAll(c.get('visitor'))
      return c.body(null, 204)
    })
    .post('/:id/copies', costs('copying'), async (c) => {
      const { untitled } = await parseBody(
        c,
        z.object({ untitled: z.string().trim().min(1).max(200).default('A shared answer') }),
      )
      return c.json(await shares.copy(c.req.param('id'), writerOf(c), untitled), 201)
    })
    .patch('/:id', costs('writing'), async (c) => {
      const requested = toChange(await parseBody(c, change))
      return c.json(await shares.change(c.req.param('id'), c.get('visitor'), requested, publicOrigin(c, publicUrl)))
    })
    .delete('/:id', costs('ending'), async (c) => {
      await shares.revoke(c.req.param('id'), c.get('visitor'))
      return c.body(null, 204)
    })
}

/** Under a run: makes a link to it. */
export function createRunShareRoutes({ shares, publicUrl, costs }: ShareDeps & { costs: Costs }) {
  return new Hono<Env>().post('/:id/shares', costs('writing'), async (c) => {
    const requested = toChange(await parseBody(c, change))
    return c.json(await shares.create(c.req.param('id'), c.get('visitor'), requested, publicOrigin(c, publicUrl)), 201)
  })
}
