import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDiskFiles } from './media-files.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'media-files-'))
})
afterEach(() => rm(dir, { recursive: true }))

const bytes = new Uint8Array([1, 2, 3])
const hash = createHash('sha256').update(bytes).digest('hex')

test('what was put is read, until it is deleted', async () => {
  const files = createDiskFiles(dir)
  await files.put(hash, bytes)
  expect(new Uint8Array(await files.read(hash))).toEqual(bytes)
  await files.delete(hash)
  await expect(files.read(hash)).rejects.toThrow()
  await files.delete(hash)
})

test('put many times at once, it is one file and nothing temporary stays', async () => {
  const files = createDiskFiles(dir)
  await Promise.all(Array.from({ length: 20 }, () => files.put(hash, bytes)))
  expect(await readdir(join(dir, hash.slice(0, 2)))).toEqual([hash])
})

test.each(['', '../../etc/passwd', 'abc', hash.toUpperCase(), `${hash}0`, `${hash}\n`, `../${hash.slice(3)}`])(
  'the name %j is refused',
  async (name) => {
    const files = createDiskFiles(dir)
    await expect(files.put(name, bytes)).rejects.toThrow('SHA-256')
    await expect(files.read(name)).rejects.toThrow('SHA-256')
    await expect(files.delete(name)).rejects.toThrow('SHA-256')
  },
)
