import { createHash } from 'node:crypto'

export const isMediaHash = (name: string) => /^[0-9a-f]{64}$/.test(name)

/** Throws where a name could lead elsewhere. */
export function checkHash(name: string): string {
  if (!isMediaHash(name)) throw new Error('A media file is named by a SHA-256 in hex.')
  return name
}

export const toHash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

const damaged = (hash: string) =>
  new Error(`The media file ${hash} is damaged: its bytes are not what was put. Adding it again repairs it.`)

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
