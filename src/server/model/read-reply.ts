import type { IncomingHttpHeaders } from 'node:http'
import type { RunError, RunEventBody } from '../../shared/run/run.ts'
import { canDecompress, createDecompress, type Decompress, type TakeBytes } from './decompress.ts'
import { createSseReader, type SseFrame } from './read-sse.ts'
import { isRefusalOf, toRunError } from './to-run-error.ts'
import type { ToRunEvents } from './to-run-events.ts'

export type Reply = {
  /** The reply's own status. */
  status: number
  /** Events of some of its bytes. */
  push: (bytes: Uint8Array) => RunEventBody[]
  isEnough: () => boolean
  /** The events behind its last byte. */
  end: () => RunEventBody[]
  /** Before the next try. */
  retryAfterMs?: number
  /** Behind its end: the request was refused for the parameter of this name. */
  isRefusalOf: (name: string) => boolean
}

const maxErrorBytes = 64 * 1024

function readRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined
}

function readStream(events: ToRunEvents): Reply {
  const reader = createSseReader()
  // Most pieces are one frame.
  const take = (frames: SseFrame[]) =>
    frames.length === 1 && frames[0] ? events.push(frames[0]) : frames.flatMap((frame) => events.push(frame))
  return {
    status: 200,
    push: (bytes) => take(reader.push(bytes)),
    // Some servers keep the connection open behind it.
    isEnough: () => events.isDone() || reader.isFull(),
    end: () => [...take(reader.end()), ...events.end()],
    isRefusalOf: () => false,
  }
}

function readRefusal(status: number, toError: (body: string) => RunError): Reply {
  const pieces: Uint8Array[] = []
  let size = 0
  const toBody = () => Buffer.concat(pieces).toString('utf8')
  return {
    status,
    push(bytes) {
      pieces.push(bytes)
      size += bytes.byteLength
      return []
    },
    isEnough: () => size > maxErrorBytes,
    end: () => [{ type: 'error', ...toError(toBody()) }],
    isRefusalOf: (name) => (status === 400 || status === 422) && isRefusalOf(name, toBody()),
  }
}

/** Where it leads, without what may be secret in it. */
function toRedirect(location: string | undefined, url: URL): RunError {
  const target = location !== undefined && URL.canParse(location, url) ? new URL(location, url) : undefined
  const where = target ? `${target.origin}${target.pathname}` : 'another place'
  const message = `The address of the model service leads on to ${where}; write the address that it leads to in MODEL_BASE_URL.`
  return { code: 'upstream-unreachable', message, retryable: false }
}

/** Reads what answers a request to `url`: a stream into `events`, anything else as one error. */
export function openReply(
  status: number,
  headers: IncomingHttpHeaders,
  { url, events, apiKey }: { url: URL; events: ToRunEvents; apiKey: string | undefined },
): Reply {
  const encoding = (headers['content-encoding'] ?? '').trim().toLowerCase()
  if (!canDecompress(encoding)) {
    const message = `The model service replied in an encoding that this server cannot read (${encoding.slice(0, 40)}).`
    return readRefusal(status, () => ({ code: 'upstream-unavailable', message, retryable: false }))
  }
  if (status === 200) return readStream(events)
  if (status >= 300 && status < 400) return readRefusal(status, () => toRedirect(headers.location, url))
  const idHeader = headers['x-request-id'] ?? headers['x-dashscope-request-id']
  const requestIdHeader = typeof idHeader === 'string' ? idHeader : undefined
  const retryAfterMs = readRetryAfter(headers['retry-after'])
  return {
    ...readRefusal(status, (body) => toRunError({ status, body, requestIdHeader, apiKey })),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}

/** Its bytes without the encoding its headers name. */
export const decompressReply = (headers: IncomingHttpHeaders, take: TakeBytes): Decompress =>
  createDecompress((headers['content-encoding'] ?? '').trim().toLowerCase(), take)
