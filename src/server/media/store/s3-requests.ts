import type { IncomingMessage } from 'node:http'
import { AwsV4Signer } from 'aws4fetch'
import { createHttpClient } from '../../network/send-request.ts'

export type S3Place = {
  /** With `{bucket}` in it where the bucket is part of the host name; else the bucket comes first in the path. */
  endpoint: string
  bucket: string
  /** Without slashes at its ends; empty for none. */
  prefix: string
  region: string
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

export type S3Limits = {
  connectMs: number
  /** For the head of an answer; a second more for every `bytesPerSecond` that go or come. */
  headMs: number
  bytesPerSecond: number
  /** Between two pieces. */
  idleMs: number
  pageObjects: number
  /** Of an answer that is held in memory: more than any picture, or the frames of any video. */
  maxBytes: number
}

export type S3Request = {
  method: 'GET' | 'PUT' | 'DELETE'
  /** Below the prefix; empty for the bucket itself. */
  name: string
  query?: Record<string, string>
  headers?: Record<string, string>
  /** Signed with its hash, so that the store checks what arrives. */
  body?: { bytes: () => Uint8Array | AsyncIterable<Uint8Array>; hash: string; size: number }
}

/** One of the two is to be read. */
export type S3Response = {
  headers: Record<string, string | undefined>
  /** Whole, and in time for its size. */
  readAll: () => Promise<Uint8Array>
  /** In pieces, each in time. */
  stream: () => AsyncGenerator<Uint8Array>
}

/** `code` is what the store or the network calls it: `NoSuchKey`, `ECONNREFUSED`, `timeout`. */
export class S3Error extends Error {
  readonly code: string
  readonly isTransient: boolean
  constructor(code: string, isTransient: boolean) {
    super(code)
    this.name = 'S3Error'
    this.code = code
    this.isTransient = isTransient
  }
}

export const s3Limits: S3Limits = {
  connectMs: 3_000,
  headMs: 15_000,
  bytesPerSecond: 100_000,
  idleMs: 10_000,
  pageObjects: 1_000,
  maxBytes: 128 * 1024 * 1024,
}
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const maxErrorBytes = 64 * 1024

/** Nothing that the store says about a failure is passed on but its code: it repeats the request, keys and all. */
const toCode = (xml: string, status: number) => /<Code>(\w{1,80})<\/Code>/.exec(xml)?.[1] ?? `status ${status}`

/** `isLate`: a timer of ours ended it. */
function toS3Error(error: unknown, isLate: boolean): S3Error {
  if (error instanceof S3Error) return error
  const { code, name } = error as NodeJS.ErrnoException
  // Another try would only double the wait.
  if (isLate || code === 'ETIMEDOUT') return new S3Error('timeout', false)
  return new S3Error(code ?? name, true)
}

export const toS3Url = ({ endpoint, bucket, prefix }: S3Place, name: string) => {
  const isInHost = endpoint.includes('{bucket}')
  const base = endpoint.replace('{bucket}', bucket).replace(/\/+$/, '')
  const path = [...(isInHost ? [] : [bucket]), ...(name === '' ? [] : [prefix, name])].filter((part) => part !== '')
  return `${base}/${path.join('/')}`
}

/** Requests to one bucket, signed and within limits. Throws an S3Error for everything but 2xx. */
export function createS3Requests(place: S3Place, { connectMs, headMs, idleMs, bytesPerSecond, maxBytes }: S3Limits) {
  const send = createHttpClient({ connectMs, maxSockets: 64 })
  const signingKeys = new Map<string, ArrayBuffer>()
  const { region, accessKeyId, secretAccessKey, sessionToken } = place

  async function sign({ method, name, query = {}, headers = {}, body }: S3Request) {
    const url = new URL(toS3Url(place, name))
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value)
    const signer = new AwsV4Signer({
      method,
      url: url.href,
      headers: { ...headers, 'x-amz-content-sha256': body?.hash ?? emptyHash },
      service: 's3',
      region,
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      cache: signingKeys,
    })
    return await signer.sign()
  }

  /** Reads on while each piece comes in time; the time that whoever reads takes for itself does not count. */
  async function* watch(body: IncomingMessage, aborter: AbortController): AsyncGenerator<Uint8Array> {
    let timer: NodeJS.Timeout | undefined
    const wait = () => {
      timer = setTimeout(() => aborter.abort(), idleMs)
    }
    try {
      wait()
      for await (const chunk of body) {
        clearTimeout(timer)
        yield chunk as Uint8Array
        wait()
      }
    } catch (error) {
      throw toS3Error(error, aborter.signal.aborted)
    } finally {
      clearTimeout(timer)
    }
  }

  /** What comes up to `most` bytes; what comes behind them is not read. */
  async function collect(body: AsyncIterable<Uint8Array>, most: number): Promise<{ bytes: Buffer; isWhole: boolean }> {
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of body) {
      chunks.push(chunk)
      size += chunk.byteLength
      if (size > most) break
    }
    return { bytes: Buffer.concat(chunks), isWhole: size <= most }
  }

  async function within<T>(bytes: number, aborter: AbortController, work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => aborter.abort(), headMs + (bytes / bytesPerSecond) * 1000)
    try {
      return await work()
    } catch (error) {
      throw toS3Error(error, aborter.signal.aborted)
    } finally {
      clearTimeout(timer)
    }
  }

  return async function request(asked: S3Request): Promise<S3Response> {
    const { body } = asked
    const { method, url, headers } = await sign(asked)
    const aborter = new AbortController()
    const response = await within(body?.size ?? 0, aborter, () =>
      send(url, {
        method,
        signal: aborter.signal,
        headers: { ...Object.fromEntries(headers), ...(body && { 'content-length': String(body.size) }) },
        ...(body && { body: body.bytes() }),
      }),
    )
    const { statusCode: status = 0 } = response
    // A store may say anything of how much comes.
    const readUpTo = (most: number) => {
      const declared = Number(response.headers['content-length'] ?? 0)
      return within(Math.min(declared, most), aborter, () => collect(watch(response, aborter), most))
    }
    if (status < 200 || status > 299) {
      const { bytes } = await readUpTo(maxErrorBytes)
      throw new S3Error(toCode(bytes.toString('utf8'), status), status === 429 || status >= 500)
    }
    return {
      headers: response.headers as S3Response['headers'],
      async readAll() {
        const { bytes, isWhole } = await readUpTo(maxBytes)
        if (!isWhole) throw new S3Error('too much', false)
        return new Uint8Array(bytes)
      },
      stream: () => watch(response, aborter),
    }
  }
}
