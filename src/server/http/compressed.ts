import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Context } from 'hono'
import { limitConcurrency } from '../../shared/limit-concurrency.ts'

export type Bytes = Uint8Array<ArrayBuffer>
type Encoding = 'br' | 'gzip'

/** Below this a packet holds it all the same. */
const minBytes = 1_000
/** Node has four threads for such work, and files are read by them too. */
const atOnce = 2
/** If so many wait, what comes next is sent plain: that is sooner than its turn. */
const maxWaiting = 32

const encoders: Record<Encoding, (bytes: Bytes) => Promise<Buffer>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 4,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
      },
    }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 6 }),
}
const inTurn = limitConcurrency(atOnce)
let going = 0

/** The smallest form that the reader takes. */
export function chooseEncoding(c: Context): Encoding | undefined {
  const accepted = (c.req.header('accept-encoding') ?? '').split(',').flatMap((entry) => {
    const [name = '', ...parameters] = entry.toLowerCase().split(';')
    return parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter)) ? [] : [name.trim()]
  })
  return (['br', 'gzip'] as const).find((encoding) => accepted.includes(encoding))
}

/** Resolves to `undefined` if the bytes are better sent as they are. */
async function compress(bytes: Bytes, encoding: Encoding): Promise<Bytes | undefined> {
  if (bytes.byteLength < minBytes || going >= atOnce + maxWaiting) return undefined
  going += 1
  try {
    return new Uint8Array(await inTurn(() => encoders[encoding](bytes)))
  } finally {
    going -= 1
  }
}

/** A body and its name, which is by its content; each smaller form is made when it is first asked for. */
export type Body = { plain: Bytes; tag: string; forms: Partial<Record<Encoding, Promise<Bytes | undefined>>> }

export const toBody = (plain: Bytes): Body => ({
  plain,
  tag: `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
  forms: {},
})
export const toTextBody = (text: string) => toBody(new Uint8Array(Buffer.from(text)))

/** With its smaller forms. */
export const sizeOfBody = ({ plain }: Body) => plain.byteLength * 2

/** Nothing where the reader has it already, else the form that the reader takes. */
export async function toAnswer(c: Context, { plain, tag, forms }: Body) {
  const headers: Record<string, string> = { ETag: tag, Vary: 'Accept-Encoding' }
  if (c.req.header('if-none-match') === tag) return { bytes: null, status: 304, headers } as const
  const encoding = chooseEncoding(c)
  const packed = encoding && (await (forms[encoding] ??= compress(plain, encoding)))
  if (packed) headers['Content-Encoding'] = encoding
  return { bytes: packed ?? plain, status: 200, headers } as const
}

export async function sendBody(c: Context, body: Body, type: string): Promise<Response> {
  const { bytes, status, headers } = await toAnswer(c, body)
  return new Response(bytes, { status, headers: { ...headers, 'Content-Type': type } })
}
