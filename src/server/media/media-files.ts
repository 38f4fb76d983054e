import { randomBytes } from 'node:crypto'
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Bytes under their SHA-256 in hex. `put` is durable when it resolves; putting again changes nothing. */
export type MediaFiles = {
  put: (hash: string, bytes: Uint8Array) => Promise<void>
  read: (hash: string) => Promise<Uint8Array>
  delete: (hash: string) => Promise<void>
}

export function createDiskFiles(dir: string): MediaFiles {
  const toPath = (hash: string) => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new Error('A media file is named by a SHA-256 in hex.')
    return join(dir, hash.slice(0, 2), hash)
  }
  return {
    async put(hash, bytes) {
      const path = toPath(hash)
      if (
        await access(path).then(
          () => true,
          () => false,
        )
      )
        return
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
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
    read: async (hash) => await readFile(toPath(hash)),
    delete: async (hash) => await rm(toPath(hash), { force: true }),
  }
}
