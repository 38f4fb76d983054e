import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createDiskFiles, type MediaFiles } from './media-store.ts'
import { createS3Files } from './s3-store.ts'
import { startS3 } from '../../testing/start-s3.ts'

const hour = 3_600_000
let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'media-files-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

let s3: Awaited<ReturnType<typeof startS3>>
let prefixes = 0
beforeAll(async () => {
  s3 = await startS3()
})
afterAll(() => s3.close())

const toHash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const bytes = new Uint8Array([1, 2, 3])
const hash = toHash(bytes)
const other = new Uint8Array([4, 5, 6, 7])
const plain = (read: Uint8Array) => new Uint8Array(read)
const nobody = async () => new Set<string>()
const allBut = (missing: string) => async (hashes: string[]) => new Set(hashes.filter((name) => name !== missing))

async function* inPieces(...pieces: Uint8Array[]) {
  yield* pieces
}

async function collect(stream: AsyncIterable<Uint8Array>) {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

type Store = {
  /** Another instance over the same store. */
  open: () => MediaFiles
  age: (hash: string, ms: number) => void
  cutOff: (hash: string, bytes: number) => void
  /** All that is there, by the names of the store itself. */
  names: () => string[]
}

const stores: Record<string, () => Store> = {
  disk() {
    const toPath = (name: string) => join(dir, name.slice(0, 2), name)
    return {
      open: () => createDiskFiles(dir),
      age: (name, ms) => utimesSync(toPath(name), new Date(Date.now() - ms), new Date(Date.now() - ms)),
      cutOff: (name, to) => truncateSync(toPath(name), to),
      names: () => readdirSync(dir).flatMap((folder) => readdirSync(join(dir, folder))),
    }
  },
  S3() {
    const prefix = `prefix/${(prefixes += 1)}`
    const watch = { onLost: vi.fn(), onFound: vi.fn() }
    return {
      open: () => createS3Files(s3.place(prefix), join(dir, 'incoming'), watch),
      age: (name, ms) => s3.age(`${prefix}/${name}`, ms),
      cutOff: (name, to) => s3.cutOff(`${prefix}/${name}`, to),
      names: () => s3.names().flatMap((name) => (name.startsWith(`${prefix}/`) ? [name.slice(prefix.length + 1)] : [])),
    }
  },
}

describe.each(Object.entries(stores))('%s', (_name, createStore) => {
  test('what was put is read, until it is deleted', async () => {
    const files = createStore().open()
    await files.check()
    await files.put(hash, bytes)
    expect(plain(await files.read(hash))).toEqual(bytes)
    expect(await collect(files.stream(hash))).toEqual(bytes)
    const names: string[] = []
    for await (const name of files.list()) names.push(name)
    expect(names).toEqual([hash])
    await files.delete(hash)
    await expect(files.read(hash)).rejects.toThrow()
    await expect(collect(files.stream(hash))).rejects.toThrow()
    await files.delete(hash)
  })

  test('two instances put the same at once: it is there once and nothing temporary stays', async () => {
    const store = createStore()
    const instances = [store.open(), store.open()]
    await Promise.all(Array.from({ length: 20 }, (_, index) => instances[index % 2]?.put(hash, bytes)))
    expect(store.names()).toEqual([hash])
    expect(plain(await store.open().read(hash))).toEqual(bytes)
  })

  test('megabytes come back as they were', async () => {
    const files = createStore().open()
    const large = new Uint8Array(5_000_000).map((_, index) => index * 7)
    await files.put(toHash(large), large)
    expect(Buffer.compare(await files.read(toHash(large)), large)).toBe(0)
    expect(Buffer.compare(await collect(files.stream(toHash(large))), large)).toBe(0)
  })

  test('what comes in pieces is kept under its hash', async () => {
    const store = createStore()
    const files = store.open()
    const head = new Uint8Array([1, 2, 3, 4, 5, 6, 7])
    const received = await files.receive(inPieces(bytes, other), () => {})
    expect(received).toEqual({ hash: toHash(head), size: 7, head })
    expect(await collect(files.stream(received.hash))).toEqual(head)
    expect(store.names()).toEqual([received.hash])
    expect(existsSync(join(dir, 'incoming')) ? readdirSync(join(dir, 'incoming')) : []).toEqual([])
  })

  test('of what is not to be kept nothing is', async () => {
    const store = createStore()
    const files = store.open()
    const tooLong = ({ size }: { size: number }) => {
      if (size > 6) throw new Error('too long')
    }
    await expect(files.receive(inPieces(bytes, other), tooLong)).rejects.toThrow('too long')
    const unknown = (_received: object, isComplete: boolean) => {
      if (isComplete) throw new Error('unknown')
    }
    await expect(files.receive(inPieces(bytes, other), unknown)).rejects.toThrow('unknown')
    expect(store.names()).toEqual([])
    expect(readdirSync(join(dir, 'incoming'))).toEqual([])
  })

  test('what was cut off is not given out, and is whole once it is put again', async () => {
    const store = createStore()
    const files = store.open()
    await files.put(hash, bytes)
    store.cutOff(hash, 2)
    await expect(files.read(hash)).rejects.toThrow('damaged')
    await expect(collect(files.stream(hash))).rejects.toThrow('damaged')
    await files.put(hash, bytes)
    expect(plain(await files.read(hash))).toEqual(bytes)
  })

  test.each(['', '../../etc/passwd', 'abc', hash.toUpperCase(), `${hash}0`, `${hash}\n`, `../${hash.slice(3)}`])(
    'the name %j is refused',
    async (name) => {
      const files = createStore().open()
      await expect(async () => files.put(name, bytes)).rejects.toThrow('SHA-256')
      await expect(async () => files.read(name)).rejects.toThrow('SHA-256')
      await expect(async () => collect(files.stream(name))).rejects.toThrow('SHA-256')
      await expect(async () => files.delete(name)).rejects.toThrow('SHA-256')
    },
  )

  test('a sweep takes what is old and nobody has, in the end', async () => {
    const store = createStore()
    const files = store.open()
    await files.put(hash, bytes)
    await files.put(toHash(other), other)
    store.age(hash, 2 * hour)
    store.age(toHash(other), 2 * hour)
    await files.sweep(allBut(hash), hour)
    await expect(files.read(hash)).rejects.toThrow()
    for (const name of store.names()) if (name !== toHash(other)) store.age(name, 2 * hour)
    await store.open().sweep(allBut(hash), hour)
    expect(store.names()).toEqual([toHash(other)])
  })

  test('a sweep leaves what another instance put just now', async () => {
    const store = createStore()
    const files = store.open()
    await files.put(hash, bytes)
    await files.sweep(nobody, hour)
    // It was old; another instance puts it again before its row is there.
    store.age(hash, 2 * hour)
    await store.open().put(hash, bytes)
    await files.sweep(nobody, hour)
    expect(plain(await files.read(hash))).toEqual(bytes)
  })

  test('a row that is written while a sweep goes on keeps its file', async () => {
    const store = createStore()
    const files = store.open()
    await files.put(hash, bytes)
    store.age(hash, 2 * hour)
    let asked = 0
    await files.sweep(async (hashes) => new Set((asked += 1) > 1 ? hashes : []), hour)
    expect(plain(await files.read(hash))).toEqual(bytes)
    expect(store.names()).toEqual([hash])
  })

  test('two sweeps at once, and a put between them, lose nothing', async () => {
    const store = createStore()
    const files = [store.open(), store.open()]
    const all = Array.from({ length: 20 }, (_, index) => new Uint8Array([index, 255]))
    await Promise.all(all.map((each) => files[0]?.put(toHash(each), each)))
    for (const each of all) store.age(toHash(each), 2 * hour)
    const wanted = new Set(all.slice(0, 10).map(toHash))
    const known = async (hashes: string[]) => new Set(hashes.filter((name) => wanted.has(name)))
    await Promise.all(files.map((each) => each.sweep(known, hour)))
    for (const each of all.slice(0, 10)) expect(plain(await store.open().read(toHash(each)))).toEqual(each)
    for (const each of all.slice(10)) await expect(store.open().read(toHash(each))).rejects.toThrow()
  })
})
