import type { MiddlewareHandler } from 'hono'
import { toAnswer, toBody } from './compressed.ts'

/** JSON that is read is named by its content, so that nobody reads again what has not changed, and sent compressed. */
export const packJson: MiddlewareHandler = async (c, next) => {
  await next()
  const { res } = c
  const isJson = /^application\/json\b/.test(res.headers.get('content-type') ?? '')
  if (c.req.method !== 'GET' || res.status !== 200 || !isJson || res.headers.has('etag')) return
  const all = new Headers(res.headers)
  const { bytes, status, headers } = await toAnswer(c, toBody(new Uint8Array(await res.arrayBuffer())))
  for (const [name, value] of Object.entries(headers)) all.set(name, value)
  // Else Hono would merge the two.
  c.res = undefined
  c.res = new Response(bytes, { status, headers: all })
}
