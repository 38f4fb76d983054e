import { networkInterfaces } from 'node:os'
import { Hono } from 'hono'
import { ProblemError } from '../../shared/problem.ts'
import type { MediaLibrary } from '../media/media-library.ts'
import type { Pairings } from '../pairing/pairings.ts'
import { writerOf, type Env } from '../http/visitor.ts'
import type { Costs } from './policy.ts'
import { readUpload } from './read-upload.ts'
import { findFile, splitForm } from './split-form.ts'

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
    .post('/:code/media', costs('sending'), async (c) => {
      const code = c.req.param('code')
      const visitor = await pairings.readVisitor(code)
      const parts = splitForm(await readUpload(c), c.req.header('content-type') ?? '')
      const file = findFile(parts)
      if (!file) throw new ProblemError(400, 'bad-request', 'The form has no field file. Send one file in it.')
      const { id } = await media.add(file, { ...writerOf(c), visitor })
      await pairings.complete(code, id)
      return c.json({}, 201)
    })
}
