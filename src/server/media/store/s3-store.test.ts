import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createS3Files } from './s3-store.ts'
import { parseS3Page } from './s3-list.ts'
import { toS3Url, type S3Limits, type S3Place } from './s3-requests.ts'
import { startS3 } from '../../testing/start-s3.ts'

let s3: Awaited<ReturnType<typeof startS3>>
let scratch = ''
beforeEach(async () => {
  s3 = await startS3()
  scratch = mkdtempSync(join(tmpdir(), 's3-files-'))
})
afterEach(async () => {
  await s3.close()
  rmSync(scratch, { recursive: true })
})

const bytes = new Uint8Array([1, 2, 3])
const hash = createHash('sha256').update(bytes).digest('hex')
const lost = { status: 503, code: 'media-unavailable' }

function open(changes: Partial<S3Place> = {}, limits: Partial<S3Limits> = {}) {
  const watch = { onLost: vi.fn<(error: Error) => void>(), onFound: vi.fn() }
  return { ...watch, files: createS3Files({ ...s3.place('p'), ...changes }, scratch, watch, limits) }
}

test('lost and found again: each call says so, it is told once each, and nothing needs to be started again', async () => {
  const { files, onLost, onFound } = open()
  await files.put(hash, bytes)
  await s3.stop()
  await expect(files.read(hash)).rejects.toMatchObject(lost)
  await expect(files.put(hash, bytes)).rejects.toMatchObject(lost)
  await expect(files.check()).rejects.toMatchObject(lost)
  await expect(files.sweep(async () => new Set(), 0)).rejects.toMatchObject(lost)
  expect(onLost).toHaveBeenCalledOnce()
  expect(onLost.mock.calls[0]?.[0].message).toMatch(
    /object store s3:\/\/showwork-test\/p at 127.*ECONNREFUSED.*by itself/,
  )
  expect(onFound).not.toHaveBeenCalled()
  await s3.startAgain()
  expect(new Uint8Array(await files.read(hash))).toEqual(bytes)
  await files.check()
  expect(onFound).toHaveBeenCalledOnce()
  await s3.stop()
  await expect(files.read(hash)).rejects.toMatchObject(lost)
  expect(onLost).toHaveBeenCalledTimes(2)
})

test.each(['busy', 'cut'] as const)(
  'a store that is %s for a moment is asked again, and nobody hears of it',
  async (mood) => {
    const { files, onLost } = open()
    await files.put(hash, bytes)
    s3.setMood(mood, 2)
    expect(new Uint8Array(await files.read(hash))).toEqual(bytes)
    s3.setMood(mood, 2)
    await files.put(hash, bytes)
    expect(onLost).not.toHaveBeenCalled()
  },
)

test.each(['endless', 'boasting', 'elsewhere', 'other', 'drip'] as const)(
  'a store that is %s is lost within bounds of bytes and time, and found when it is well',
  async (mood) => {
    const { files, onLost, onFound } = open({}, { headMs: 500, idleMs: 300, maxBytes: 4_000_000 })
    await files.put(hash, bytes)
    s3.setMood(mood)
    await expect(files.read(hash)).rejects.toMatchObject(lost)
    await expect(files.put(hash, bytes)).rejects.toMatchObject(lost)
    await expect(files.check()).rejects.toMatchObject(lost)
    await expect(files.sweep(async () => new Set(), 0)).rejects.toMatchObject(lost)
    expect(onLost).toHaveBeenCalledOnce()
    expect(s3.sentBytes()).toBeLessThan(100_000_000)
    s3.setMood('well')
    expect(new Uint8Array(await files.read(hash))).toEqual(bytes)
    expect(onFound).toHaveBeenCalledOnce()
  },
)

test('a page that answers in place of a store is neither believed nor kept from', async () => {
  const { files, onLost } = open()
  await files.put(hash, bytes)
  s3.setMood('portal')
  await expect(files.put(hash, bytes)).rejects.toMatchObject(lost)
  await expect(files.sweep(async () => new Set(), 0)).rejects.toMatchObject(lost)
  await expect(files.read(hash)).rejects.toThrow('damaged')
  expect(onLost.mock.calls.map(([{ message }]) => message)).toEqual([expect.stringContaining('no ETag')])
})

test('a list that goes round in circles has an end', async () => {
  const { files } = open()
  s3.setMood('circular')
  expect(await files.sweep(async () => new Set(), 0)).toBe(0)
  expect(s3.count()).toBe(2)
})

test('tries are counted: three while it was well, one while it is lost', async () => {
  const { files } = open()
  s3.setMood('busy')
  await expect(files.read(hash)).rejects.toMatchObject(lost)
  expect(s3.count()).toBe(3)
  await expect(files.read(hash)).rejects.toMatchObject(lost)
  expect(s3.count()).toBe(4)
})

test.each(['silent', 'drip'] as const)('a store that is %s is given up in time', async (mood) => {
  const { files, onLost } = open({}, { headMs: 300, idleMs: 200, bytesPerSecond: 2_000 })
  s3.setMood(mood)
  const startedAt = performance.now()
  await expect(files.read(hash)).rejects.toMatchObject(lost)
  await expect(files.put(hash, bytes)).rejects.toMatchObject(lost)
  expect(performance.now() - startedAt).toBeLessThan(3_000)
  expect(onLost.mock.calls[0]?.[0].message).toContain('timeout')
})

test.each([
  ['key', { accessKeyId: 'AKIAUNKNOWN' }, 'InvalidAccessKeyId'],
  ['secret', { secretAccessKey: 'not-the-secret' }, 'SignatureDoesNotMatch'],
  ['bucket', { bucket: 'no-such-bucket' }, 'NoSuchBucket'],
])('a wrong %s is told by its name, without the key', async (_what, changes, code) => {
  const { files, onLost } = open(changes)
  await expect(files.check()).rejects.toMatchObject(lost)
  const error = await files.put(hash, bytes).catch((reason: unknown) => reason)
  expect(error).toMatchObject(lost)
  const said = [onLost.mock.calls[0]?.[0], error].map((each) => `${String(each)} ${JSON.stringify(each)}`).join()
  expect(said).toContain(code)
  expect(said).not.toMatch(/AKIAUNKNOWN|S3RVER|not-the-secret/)
  expect(s3.count()).toBeLessThan(4)
})

test('a session token is sent and signed', async () => {
  const { files } = open({ sessionToken: 'a+token/==' })
  await files.put(hash, bytes)
  expect(new Uint8Array(await files.read(hash))).toEqual(bytes)
})

test('what is not there is no failure of the store', async () => {
  const { files, onLost } = open()
  await expect(files.read(hash)).rejects.toMatchObject({
    code: 'media-gone',
    cause: { message: expect.stringContaining('not in the object store') as string },
  })
  expect(onLost).not.toHaveBeenCalled()
})

test('a check asks the store only where nothing answered just now', async () => {
  const { files } = open()
  await files.put(hash, bytes)
  const before = s3.count()
  await files.check()
  expect(s3.count()).toBe(before)
})

test('a sweep sees more than a page, and leaves what is not ours', async () => {
  const { files } = open({}, { pageObjects: 3 })
  const all = Array.from({ length: 8 }, (_, index) => Buffer.from(`${index}`))
  const toHash = (each: Uint8Array) => createHash('sha256').update(each).digest('hex')
  await Promise.all(all.map((each) => files.put(toHash(each), each)))
  const seen: string[][] = []
  const everybody = async (hashes: string[]) => {
    seen.push(hashes)
    return new Set(hashes)
  }
  await files.sweep(everybody, -2_000)
  expect(seen.flat()).toEqual(all.map(toHash).sort())
  expect(seen.map(({ length }) => length)).toEqual([3, 3, 2])
  await open({ prefix: '' }).files.sweep(async () => new Set(), -2_000)
  expect(s3.names()).toHaveLength(8)
})

test('a page of a listing is read whatever it escapes, and what has no date is left out', () => {
  const content = (key: string, date: string) => `<Contents><Key>${key}</Key>${date}</Contents>`
  const date = '<LastModified>2026-11-25T10:00:00.000Z</LastModified>'
  const xml = `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a&#43;b&amp;c&#x3D;</NextContinuationToken>
    ${content('p/one', date)}${content('p/two', '')}${content('p/three', '<LastModified>soon</LastModified>')}${content('other', date)}</ListBucketResult>`
  expect(parseS3Page(xml, 'p/')).toEqual({
    objects: [{ name: 'one', modifiedAt: Date.parse('2026-11-25T10:00:00Z') }],
    next: 'a+b&c=',
  })
  expect(() => parseS3Page('<html>sign in</html>', '')).toThrow('no list')
})

test.each([
  ['https://s3.example', 'p', 'https://s3.example/bucket-1/p/name'],
  ['https://s3.example/base/', '', 'https://s3.example/base/bucket-1/name'],
  ['https://{bucket}.oss.example', 'a/b', 'https://bucket-1.oss.example/a/b/name'],
])('under the endpoint %s with the prefix "%s" it is %s', (endpoint, prefix, url) => {
  expect(toS3Url({ ...s3.place(prefix), endpoint, bucket: 'bucket-1' }, 'name')).toBe(url)
})
