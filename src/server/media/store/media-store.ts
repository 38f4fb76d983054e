import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkBytes, checkHash, checkStream, isMediaHash, toHash, toMissing } from '../media-hash.ts'
import { receiveFile, sweepReceived, type Check, type Received } from '../receive-file.ts'

/**
 * Bytes under their SHA-256 in hex. `put` is durable when it resolves; putting again changes nothing, but repairs what
 * was cut off. What is read is what was put, or an error. Throws a ProblemError 503 while the store cannot be reached.
 */
export type MediaFiles = {
  put: (hash: string, bytes: Uint8Array) => Promise<void>
  read: (hash: string) => Promise<Uint8Array>
  /** The same in pieces; damage is told at the end. */
  stream: (hash: string) => AsyncIterable<Uint8Array>
  /** Keeps what comes, never wholly in memory. What `check` throws keeps nothing. */
  receive: (bytes: AsyncIterable<Uint8Array>, check: Check) => Promise<Received>
  delete: (hash: string) => Promise<void>
  /** All that is there, by its hash. */
  list: () => AsyncIterable<string>
  /** Deletes what has been there for `ageMs` and is not among the `known`, and what a crash left half written. */
  sweep: (known: Referenced, ageMs: number) => Promise<number>
  /** Resolves where the store answers. */
  check: () => Promise<void>
}

/** Those of the hashes, a thousand at most, that somebody has. */
export type Referenced = (hashes: string[]) => Promise<Set<string>>

/** A rename is durable when its folder is. */
async function syncFolder(path: string) {
  // Windows opens no folders.
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => {})
  await folder?.close()
}

async function moveInto(from: string, to: string) {
  await mkdir(dirname(to), { recursive: true })
  await rename(from, to)
  await syncFolder(dirname(to))
}

const askedAtOnce = 1_000

/** Asked in few queries, however many there are. */
export async function findUnknown(hashes: string[], known: Referenced): Promise<string[]> {
  const unknown: string[] = []
  for (let at = 0; at < hashes.length; at += askedAtOnce) {
    const some = hashes.slice(at, at + askedAtOnce)
    const there = await known(some)
    unknown.push(...some.filter((hash) => !there.has(hash)))
  }
  return unknown
}

export function createDiskFiles(dir: string): MediaFiles {
  const toPath = (hash: string) => join(dir, checkHash(hash).slice(0, 2), hash)
  const incoming = join(dir, 'incoming')
  return {
    async put(hash, bytes) {
      const path = toPath(hash)
      const found = await stat(path).catch(() => undefined)
      const isWhole = async () => toHash(await readFile(path)) === hash
      if (found?.size === bytes.byteLength && (await isWhole().catch(() => false))) {
        // What is there counts as new again, so that no sweep takes it before its row is written.
        const isThere = await utimes(path, new Date(), new Date()).then(
          () => true,
          () => false,
        )
        if (isThere) return
      }
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
        await moveInto(temporary, path)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
    read: async (hash) => checkBytes(hash, await readFile(toPath(hash)).catch(toMissing(hash))),
    async *stream(hash) {
      const file = await open(toPath(hash)).catch(toMissing(hash))
      yield* checkStream(hash, file.createReadStream())
    },
    receive: (bytes, check) => receiveFile(incoming, bytes, check, (path, { hash }) => moveInto(path, toPath(hash))),
    delete: async (hash) => await rm(toPath(hash), { force: true }),
    async *list() {
      for (const folder of await readdir(dir).catch(() => [])) {
        if (folder.length === 2) yield* (await readdir(join(dir, folder))).filter(isMediaHash)
      }
    },
    async sweep(known, ageMs) {
      let swept = await sweepReceived(incoming, ageMs)
      const isOld = async (path: string) => {
        const found = await stat(path).catch(() => undefined)
        return found?.isFile() === true && Date.now() - found.mtimeMs >= ageMs
      }
      for (const folder of await readdir(dir).catch(() => [])) {
        if (folder === 'incoming') continue
        const old: string[] = []
        for (const name of await readdir(join(dir, folder)).catch(() => [])) {
          const path = join(dir, folder, name)
          if (!(await isOld(path))) continue
          if (isMediaHash(name)) old.push(name)
          else {
            await rm(path, { force: true })
            swept += 1
          }
        }
        for (const name of await findUnknown(old, known)) {
          // Put aside first: it may have been put again, or a row have been written, just now.
          const path = join(dir, folder, name)
          const quarantine = `${path}.${randomBytes(6).toString('hex')}.tmp`
          const isMine = await rename(path, quarantine).then(
            () => true,
            () => false,
          )
          if (!isMine) continue
          if (!(await isOld(quarantine)) || (await known([name])).has(name)) {
            await rename(quarantine, path)
            continue
          }
          await rm(quarantine, { force: true })
          swept += 1
        }
      }
      return swept
    },
    async check() {},
  }
}
