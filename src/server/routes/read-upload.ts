import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler } from 'hono'
import { limits } from '../../shared/config.ts'
import { ProblemError } from '../../shared/problem.ts'
import { toSubnet } from '../network/client-address.ts'
import type { UploadMemory } from '../spending/upload-memory.ts'
import type { Env } from '../http/visitor.ts'
import { readAtPace } from './read-at-pace.ts'

/** The largest file, and the form around it. */
const maxBytes = limits.maxUploadBytes + 64 * 1024

const comeBackS = 5
/** For whoever is sent away to read why. */
const lastMs = 1_000

export const tooBig = () => {
  const megabytes = limits.maxUploadBytes / 1024 / 1024
  return new ProblemError(413, 'media-too-big', `A file may have ${megabytes} MB. Send a smaller one.`)
}

const busy = () =>
  new ProblemError(503, 'busy', 'Too many pictures are being read. Try again in a few seconds.', comeBackS)

/** What is still on its way is not waited for. */
function hangUp(c: Context<Env>) {
  const socket = (c.env as Partial<HttpBindings> | undefined)?.incoming?.socket
  setTimeout(() => socket?.destroy(), lastMs).unref()
}

/** Before routes that read a body with `readUpload`: what it holds is given back when the route is through. */
export function createUploadRoom(memory: UploadMemory): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { address } = c.get('client')
    const evicted = new AbortController()
    const lease = memory.open(address === undefined ? '' : toSubnet(address), () => evicted.abort(busy()))
    c.set('upload', {
      signal: evicted.signal,
      async take(bytes) {
        if (!(await lease.take(bytes))) throw busy()
      },
      complete: lease.complete,
    })
    try {
      await next()
    } finally {
      lease.release()
    }
  }
}

/** The whole body. Throws a ProblemError where it is too large, comes too slowly, or is in the way of others. */
export async function readUpload(c: Context<Env>): Promise<Uint8Array> {
  const upload = c.get('upload')
  const declared = c.req.header('content-length')
  if (Number(declared) > maxBytes) throw tooBig()
  // Resident only as far as it is written to. Where nobody said how much comes, it stands there twice when it is joined.
  const whole = declared === undefined ? undefined : Buffer.allocUnsafeSlow(Number(declared))
  const chunks: Uint8Array[] = []
  let size = 0
  async function read(): Promise<Uint8Array> {
    for await (const chunk of readAtPace(c.req.raw.body)) {
      upload?.signal.throwIfAborted()
      if (size + chunk.byteLength > (whole?.byteLength ?? maxBytes)) throw tooBig()
      await upload?.take(whole ? chunk.byteLength : 2 * chunk.byteLength)
      if (whole) whole.set(chunk, size)
      else chunks.push(chunk)
      size += chunk.byteLength
    }
    upload?.complete()
    return new Uint8Array(whole?.subarray(0, size) ?? Buffer.concat(chunks))
  }
  const evicted = new Promise<never>((_resolve, reject) => {
    upload?.signal.addEventListener('abort', () => reject(upload.signal.reason as Error))
  })
  try {
    return await Promise.race([read(), evicted])
  } catch (error) {
    hangUp(c)
    throw error
  }
}
