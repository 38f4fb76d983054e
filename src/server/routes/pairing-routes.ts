import { networkInterfaces } from 'node:os'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { limits } from '../../shared/config.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { MediaLibrary } from '../media/media-library.ts'
import type { Pairings } from '../pairing/pairings.ts'
import { writerOf, type Env } from '../visitors/visitor.ts'
import type { Costs } from './policy.ts'

const isLoopback = (host: string) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host)

/** The address of this machine in its network, as a phone in it would name it. */
const readOwnAddress = () =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

/** From a laptop to a phone: a code is shown, a picture comes. `publicUrl` is what others reach the server by. */
export function createPairingRoutes(
  pairings: Pairings,
  media: MediaLibrary,
  publicUrl: string | undefined,
  costs: Costs,
) {
  return new Hono<Env>()
    .post('/', costs('pairing'), async (c) => {
      const host = c.req.header('host') ?? new URL(c.req.url).host
      const base =
        publicUrl ?? (isLoopback(host) ? undefined : `${c.get('client').isSecure ? 'https' : 'http'}://${host}`)
      if (base === undefined) {
        // No phone reaches this address; the page says what to set.
        const port = host.split(':').at(-1) ?? ''
        return c.json({ ownAddress: readOwnAddress(), port }, 200)
      }
      const { code, expiresAt } = await pairings.create(c.get('visitor'))
      return c.json({ code, expiresAt, url: new URL(`/p/${code}`, base).href }, 201)
    })
    .get('/:code', async (c) => {
      const { mediaId } = await pairings.read(c.req.param('code'), c.get('visitor'))
      return c.json(mediaId === null ? {} : { media: await media.read(mediaId, c.get('visitor')) })
    })
    .get('/:code/open', async (c) => {
      await pairings.readVisitor(c.req.param('code'))
      return c.json({})
    })
    .post(
      '/:code/media',
      costs('sending'),
      bodyLimit({
        maxSize: limits.maxUploadBytes + 64 * 1024,
        onError: () => {
          throw new ProblemError(413, 'media-too-big', 'A file may have 20 MB. Send a smaller one.')
        },
      }),
      async (c) => {
        const code = c.req.param('code')
        const visitor = await pairings.readVisitor(code)
        const form = await c.req.formData().catch(() => new FormData())
        const file = form.get('file')
        if (!(file instanceof File)) {
          throw new ProblemError(400, 'bad-request', 'The form has no field file. Send one file in it.')
        }
        const { id } = await media.add(new Uint8Array(await file.arrayBuffer()), { ...writerOf(c), visitor })
        await pairings.complete(code, id)
        return c.json({}, 201)
      },
    )
}
