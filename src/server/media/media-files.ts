import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Bytes under their SHA-256 in hex. `put` is durable when it resolves; putting again changes nothing. */
export type MediaFiles = {
  put: (hash: string, bytes: Uint8Array) => Promise<void>
  read: (hash: string) => Promise<Uint8Array>
  delete: (hash: string) => Promise<void>
  /** Keeps what comes, never wholly in memory. What `check` throws, after any piece or at the end, keeps nothing. */
  receive: (
    bytes: AsyncIterable<Uint8Array>,
    check: (received: Received, isComplete: boolean) => Promise<void> | void,
  ) => Promise<Received & { hash: string }>
  stream: (hash: string) => AsyncIterable<Uint8Array>
  /** Deletes what has been there for `ageMs` and is not `known`, and what a crash left half written. */
  sweep: (known: (hash: string) => Promise<boolean>, ageMs: number) => Promise<number>
}

/** `head`: the first bytes, 64 at least where there are as many. */
export type Received = { size: number; head: Uint8Array }

/** A rename is durable when its folder is. */
async function syncFolder(path: string) {
  // Windows opens no folders.
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => {})
  await folder?.close()
}

export function createDiskFiles(dir: string): MediaFiles {
  const toPath = (hash: string) => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error('A media file is named by a SHA-256 in hex.')
    return join(dir, hash.slice(0, 2), hash)
  }
  return {
    async put(hash, bytes) {
      const path = toPath(hash)
      // What is there counts as new again, so that no sweep takes it before its row is written.
      const isThere = await utimes(path, new Date(), new Date()).then(
        () => true,
        () => false,
      )
      if (isThere) return
      await mkdir(dirname(path), { recursive: true })
      const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
      try {
        const file = await open(temporary, 'wx')
        try {
          await file.writeFile(bytes)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(temporary, path)
        await syncFolder(dirname(path))
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
    async receive(bytes, check) {
      const temporary = join(dir, 'incoming', `${randomBytes(12).toString('hex')}.tmp`)
      await mkdir(dirname(temporary), { recursive: true })
      const hasher = createHash('sha256')
      let size = 0
      let head = new Uint8Array()
      try {
        const file = await open(temporary, 'wx')
        try {
          for await (const chunk of bytes) {
            size += chunk.byteLength
            if (head.byteLength < 64) head = new Uint8Array(Buffer.concat([head, chunk.subarray(0, 64)]))
            await check({ size, head }, false)
            hasher.update(chunk)
            await file.writeFile(chunk)
          }
          await check({ size, head }, true)
          await file.sync()
        } finally {
          await file.close()
        }
        const hash = hasher.digest('hex')
        await mkdir(dirname(toPath(hash)), { recursive: true })
        await rename(temporary, toPath(hash))
        await syncFolder(dirname(toPath(hash)))
        return { hash, size, head }
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
    stream: (hash) => createReadStream(toPath(hash)),
    read: async (hash) => await readFile(toPath(hash)),
    delete: async (hash) => await rm(toPath(hash), { force: true }),
    async sweep(known, ageMs) {
      let swept = 0
      for (const folder of await readdir(dir).catch(() => [])) {
        for (const name of await readdir(join(dir, folder)).catch(() => [])) {
          const path = join(dir, folder, name)
          const found = await stat(path).catch(() => undefined)
          if (!found?.isFile() || Date.now() - found.mtimeMs < ageMs) continue
          const isMedia = /^[0-9a-f]{64}$/.test(name)
          if (isMedia && (await known(name))) continue
          // Put aside first: a row may have been written just now.
          const aside = isMedia ? `${path}.${randomBytes(6).toString('hex')}.tmp` : path
          if (isMedia) await rename(path, aside)
          if (isMedia && (await known(name))) {
            await rename(aside, path)
            continue
          }
          await rm(aside, { force: true })
          swept += 1
        }
      }
      return swept
    },
  }
}
