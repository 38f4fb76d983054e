import type { Transform } from 'node:stream'
import zlib from 'node:zlib'

/** Takes bytes as the server wrote them. Whether more is wanted; a promise holds up what follows. */
export type TakeBytes = (bytes: Uint8Array) => boolean | Promise<boolean>

export type Decompress = {
  push: TakeBytes
  /** Behind the last byte. Rejects where the compressed data is not complete. */
  end: () => Promise<void>
  close: () => void
}

/** No text begins like that, so that it counts without a header too. */
const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && (bytes[1] ?? 0x8b) === 0x8b

/** Of newer versions of Node alone. */
const createZstd = (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress

/** The stream that undoes the encoding; undefined where the bytes are plain, whatever the header says. */
function toStream(encoding: string, bytes: Uint8Array): Transform | undefined {
  if (isGzip(bytes)) return zlib.createGunzip()
  if (encoding === 'zstd') return createZstd?.()
  if (encoding === 'br') return zlib.createBrotliDecompress()
  // Some servers send it with a header, as the standard says, and some without.
  if (encoding === 'deflate') return ((bytes[0] ?? 0) & 0xf) === 8 ? zlib.createInflate() : zlib.createInflateRaw()
  return undefined
}

export const canDecompress = (encoding: string) =>
  ['', 'identity', 'gzip', 'x-gzip', 'br', 'deflate'].includes(encoding) || (encoding === 'zstd' && !!createZstd)

/**
 * Hands on what a reply says however it is encoded. It is given on in small pieces as it inflates, so that however large
 * it becomes, no more of it is held than one of them.
 */
export function createDecompress(encoding: string, take: TakeBytes): Decompress {
  let stream: Transform | undefined
  let isBegun = false
  let isEnough = false

  function give(piece: Uint8Array) {
    if (isEnough) return
    const more = take(piece)
    if (more === true) return
    if (more === false) return finish()
    stream?.pause()
    more.then(
      (wants) => (wants ? stream?.resume() : finish()),
      (error: Error) => stream?.destroy(error),
    )
  }

  function finish() {
    isEnough = true
    stream?.destroy()
  }

  /** Until the stream took in what `act` gives it, or broke. */
  const settle = (inflating: Transform, act: (done: () => void) => void) =>
    new Promise<void>((resolve, reject) => {
      const off = () => {
        inflating.off('error', fail)
        inflating.off('close', done)
      }
      const done = () => (off(), resolve())
      const fail = (error: Error) => (off(), isEnough ? resolve() : reject(error))
      inflating.once('error', fail)
      inflating.once('close', done)
      act(done)
    })

  function open(bytes: Uint8Array) {
    isBegun = true
    stream = toStream(encoding, bytes)
    stream?.on('error', () => {})
    stream?.on('data', (piece: Uint8Array) => {
      try {
        give(piece)
      } catch (error) {
        stream?.destroy(error as Error)
      }
    })
  }

  return {
    push(bytes) {
      if (!isBegun) open(bytes)
      const inflating = stream
      if (!inflating) return take(bytes)
      return settle(inflating, (done) => inflating.write(bytes, () => done())).then(() => !isEnough)
    },
    async end() {
      const inflating = stream
      if (inflating && !inflating.destroyed) await settle(inflating, (done) => inflating.once('end', done).end())
    },
    close: () => stream?.destroy(),
  }
}
