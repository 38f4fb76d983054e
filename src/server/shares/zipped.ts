import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Context } from 'hono'

const zip = promisify(gzip)
/** Below this a packet holds it all the same. */
const minBytes = 1_000

/** A body made once, in both forms. */
export type Zipped = { plain: Uint8Array<ArrayBuffer>; gzip: Uint8Array<ArrayBuffer> | undefined }

export async function toZipped(text: string): Promise<Zipped> {
  const plain = new Uint8Array(Buffer.from(text))
  return { plain, gzip: plain.byteLength < minBytes ? undefined : new Uint8Array(await zip(plain, { level: 6 })) }
}

export const sizeOfZipped = ({ plain, gzip: zipped }: Zipped) => plain.byteLength + (zipped?.byteLength ?? 0)

/** In the form the reader takes. */
export function sendZipped(c: Context, { plain, gzip: zipped }: Zipped, type: string): Response {
  const takesGzip = zipped && /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
  const headers = { 'Content-Type': type, Vary: 'Accept-Encoding' }
  return takesGzip ? c.body(zipped, 200, { ...headers, 'Content-Encoding': 'gzip' }) : c.body(plain, 200, headers)
}
