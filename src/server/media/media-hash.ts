import { createHash } from 'node:crypto'
import { ProblemError } from '../../shared/problem.ts'

export const isMediaHash = (name: string) => /^[0-9a-f]{64}$/.test(name)

/** Throws where a name could lead elsewhere. */
export function checkHash(name: string): string {
  if (!isMediaHash(name)) throw new Error('A media file is named by a SHA-256 in hex.')
  return name
}

export const toHash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A file that should be there is missing or damaged. `cause` says which to whoever runs the server. */
export class MediaGone extends ProblemError {
  constructor(cause: Error) {
    super(410, 'media-gone', 'The file of this picture is missing or damaged here. Add the picture again.')
    this.cause = cause
  }
}

const damaged = (hash: string) =>
  new MediaGone(
    new Error(`The media file ${hash} is damaged: its bytes are not what was put. Adding it again repairs it.`),
  )

/** What this machine lacks while a file is opened; the file is still there. */
const lacks = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])

export function toMissing(hash: string) {
  return (error: Error): never => {
    if ('code' in error && lacks.has(String(error.code))) throw error
    throw new MediaGone(
      new Error(`The media file ${hash} cannot be read (${error.message}). Adding it again repairs it.`),
    )
  }
}

/** The bytes, or an error where they are not those that were put. */
export function checkBytes(hash: string, bytes: Uint8Array): Uint8Array {
  if (toHash(bytes) !== hash) throw damaged(hash)
  return bytes
}

/** Passes the bytes on as they come; throws at their end where they are not those that were put. */
export async function* checkStream(hash: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hasher = createHash('sha256')
  for await (const chunk of bytes) {
    hasher.update(chunk)
    yield chunk
  }
  if (hasher.digest('hex') !== hash) throw damaged(hash)
}

/** What `read` gives; undefined where the file is gone. */
export async function readUnlessGone(read: () => Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof MediaGone) return undefined
    throw error
  }
}
