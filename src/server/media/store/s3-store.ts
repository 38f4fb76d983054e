import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { ProblemError } from '../../../shared/problem.ts'
import { findUnknown, type MediaFiles } from './media-store.ts'
import { checkBytes, checkHash, checkStream, isMediaHash, MediaGone } from '../media-hash.ts'
import { receiveFile, sweepReceived } from '../receive-file.ts'
import { parseS3Page, type S3Object } from './s3-list.ts'
import {
  createS3Requests,
  S3Error,
  s3Limits,
  type S3Limits,
  type S3Place,
  type S3Request,
  type S3Response,
} from './s3-requests.ts'

const maxTries = 3
/** What answered just now is not asked again whether it answers. */
const freshMs = 5_000
/** Put aside under the hash and something random, so that no two sweeps share it. */
const quarantine = /^aside\/([0-9a-f]{64})\.[0-9a-f]{12}$/

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Told when the store is lost, and when it is found again. */
export type S3Watch = { onLost: (error: Error) => void; onFound: () => void }

/**
 * Media files in an S3-compatible store, which several instances may share. `scratchDir` takes what is received until
 * its hash is known.
 */
export function createS3Files(
  place: S3Place,
  scratchDir: string,
  { onLost, onFound }: S3Watch,
  changedLimits: Partial<S3Limits> = {},
): MediaFiles {
  const limits = { ...s3Limits, ...changedLimits }
  const request = createS3Requests(place, limits)
  let isLost = false
  let answeredAt = -Infinity

  function found() {
    answeredAt = performance.now()
    if (isLost) onFound()
    isLost = false
  }

  function lost({ code }: S3Error) {
    const where = `s3://${[place.bucket, place.prefix].filter(Boolean).join('/')} at ${new URL(place.endpoint.replace('{bucket}', place.bucket)).host}`
    const means =
      'Pictures can be neither added nor opened until it answers; everything else works, and it is tried again by itself.'
    if (!isLost) onLost(new Error(`The object store ${where} cannot be used (${code}). ${means}`))
    isLost = true
  }

  /** Tries again what may pass, a few times and soon; while the store is lost, once. */
  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried += 1) {
      try {
        const result = await work()
        found()
        return result
      } catch (error) {
        if (!(error instanceof S3Error)) throw error
        if (error.code === 'NoSuchKey' || error.code === 'PreconditionFailed') {
          found()
          throw error
        }
        if (!error.isTransient || isLost || tried === maxTries) {
          lost(error)
          throw new ProblemError(
            503,
            'media-unavailable',
            'The store of the pictures cannot be reached. Try again shortly, or ask without a picture.',
          )
        }
        await pause(100 * 3 ** tried * (0.5 + Math.random() / 2))
      }
    }
  }

  const perform = (asked: S3Request) => attempt(async () => await (await request(asked)).readAll())

  async function get(hash: string): Promise<S3Response> {
    return await request({ method: 'GET', name: checkHash(hash) })
  }

  async function put(hash: string, bytes: () => Uint8Array | AsyncIterable<Uint8Array>, size: number) {
    await attempt(async () => {
      const response = await request({ method: 'PUT', name: checkHash(hash), body: { bytes, hash, size } })
      await response.readAll()
      // Whatever stands in for a store (a network's own page, say) answers 200, and has kept nothing.
      if (response.headers['etag'] === undefined) throw new S3Error('no ETag', false)
    })
  }

  /** False where there is nothing to copy (any more). */
  async function copy(from: string, to: string, unmodifiedSince?: number): Promise<boolean> {
    const source = [place.bucket, place.prefix, from].filter(Boolean).join('/')
    const headers = {
      'x-amz-copy-source': `/${source}`,
      ...(unmodifiedSince !== undefined && {
        'x-amz-copy-source-if-unmodified-since': new Date(unmodifiedSince).toUTCString(),
      }),
    }
    try {
      const answer = Buffer.from(await perform({ method: 'PUT', name: to, headers })).toString('utf8')
      // A copy that fails on its way has begun with 200.
      return answer.includes('<CopyObjectResult')
    } catch (error) {
      if (error instanceof S3Error) return false
      throw error
    }
  }

  const remove = (name: string) =>
    perform({ method: 'DELETE', name }).catch((error: unknown) => {
      if (!(error instanceof S3Error)) throw error
    })

  async function listPage(query: Record<string, string>) {
    const prefix = place.prefix === '' ? '' : `${place.prefix}/`
    return await attempt(async () => {
      const response = await request({
        method: 'GET',
        name: '',
        query: { 'list-type': '2', 'max-keys': `${limits.pageObjects}`, prefix, ...query },
      })
      const page = parseS3Page(Buffer.from(await response.readAll()).toString('utf8'), prefix)
      // By the store's own clock, which also dates the objects.
      const date = Date.parse(response.headers.date ?? '')
      return { ...page, now: Number.isFinite(date) ? date : Date.now() }
    })
  }

  async function* listPages(): AsyncGenerator<(S3Object & { age: number })[]> {
    for (let next: string | undefined = ''; next !== undefined;) {
      const page: Awaited<ReturnType<typeof listPage>> = await listPage(
        next === '' ? {} : { 'continuation-token': next },
      )
      yield page.objects.map((object) => ({ ...object, age: page.now - object.modifiedAt }))
      // The same page again and again has no end.
      next = page.next === next ? undefined : page.next
    }
  }

  return {
    // Always, even where it is there: so it counts as new, and what was damaged is whole again.
    put: (hash, bytes) => put(hash, () => bytes, bytes.byteLength),
    read: (hash) => attempt(async () => checkBytes(hash, await (await get(hash)).readAll())).catch(toMissing(hash)),
    async *stream(hash) {
      const response = await attempt(() => get(hash)).catch(toMissing(hash))
      yield* checkStream(hash, response.stream())
    },
    receive: (bytes, check) =>
      receiveFile(scratchDir, bytes, check, (path, { hash, size }) => put(hash, () => createReadStream(path), size)),
    delete: async (hash) => {
      await remove(checkHash(hash))
    },
    async *list() {
      for await (const page of listPages()) yield* page.map(({ name }) => name).filter(isMediaHash)
    },
    async sweep(known, ageMs) {
      let swept = await sweepReceived(scratchDir, ageMs)
      for await (const page of listPages()) {
        const old = page.filter(({ age }) => age >= ageMs)
        const hashOf = (name: string) => quarantine.exec(name)?.[1] ?? (isMediaHash(name) ? name : undefined)
        const hashes = new Set(old.flatMap(({ name }) => hashOf(name) ?? []))
        const unknown = new Set(await findUnknown([...hashes], known))
        for (const { name, modifiedAt } of old) {
          const hash = hashOf(name)
          if (hash === undefined) continue
          // Aside it waits as long again: another instance may have put it, and write its row, at this very moment.
          if (name !== hash) {
            if (unknown.has(hash)) swept += 1
            else await copy(name, hash)
            await remove(name)
          } else if (unknown.has(hash)) {
            const there = `aside/${hash}.${randomBytes(6).toString('hex')}`
            if (!(await copy(hash, there, modifiedAt))) continue
            await remove(hash)
            if (!(await known([hash])).has(hash)) continue
            await copy(there, hash)
            await remove(there)
          }
        }
      }
      return swept
    },
    async check() {
      if (!isLost && performance.now() - answeredAt < freshMs) return
      await listPage({ 'max-keys': '1' })
    },
  }
}

function toMissing(hash: string) {
  return (error: unknown): never => {
    if (error instanceof S3Error) throw new MediaGone(new Error(`The media file ${hash} is not in the object store.`))
    throw error
  }
}
