import type { RunErrorCode, RunEventBody } from '../../shared/run.ts'
import type { Ask, AskRequest, TurnMedia, VideoFile } from '../ask.ts'
import { isUntrusted } from '../network/is-untrusted.ts'
import { isDashScope, type Protocol } from './endpoints.ts'
import { post } from './post.ts'
import { createSseReader, type SseFrame } from './read-sse.ts'
import type { Expectation } from './split-thinking.ts'
import { toDashScopeBody, toOpenAiBody, type ResolvedMedia, type ResolvedTurn } from './to-request.ts'
import { createTemporaryUploads } from './temporary-uploads.ts'
import { sentences, toRunError } from './to-run-error.ts'
import { createToRunEvents, type ToRunEvents } from './to-run-events.ts'

/** In milliseconds: until the first byte, between two pieces, for the whole run. */
export type Timeouts = { firstByteMs: number; silenceMs: number; runMs: number }

export type UpstreamOptions = {
  protocol: Protocol
  baseUrl: string
  apiKey?: string
  timeouts: Timeouts
  random?: () => number
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>
}

const maxRetries = 3
const maxRetryAfterMs = 60_000
const maxErrorBytes = 64 * 1024
/** How long text waits for a tag that tells whether it is thinking. */
const maxHeldMs: Record<Expectation, number> = { thinking: 1_000, either: 1_000, answer: 250 }

type Limit = keyof Timeouts
const limitErrors: Record<Limit, { code: RunErrorCode; what: string }> = {
  firstByteMs: { code: 'first-byte-timeout', what: 'The model service sent nothing for' },
  silenceMs: { code: 'silence-timeout', what: 'The model went silent for' },
  runMs: { code: 'run-timeout', what: 'The run took longer than' },
}

const sleepFor = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
  })

function readRetryAfter(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined
}

type Reply = {
  /** Events of some of its bytes. */
  push: (bytes: Uint8Array) => RunEventBody[]
  isEnough: () => boolean
  /** The events behind its last byte. */
  end: () => RunEventBody[]
}

/** A reply that is read as a whole, as far as `maxBytes`. */
function readWhole(maxBytes: number, toEvents: (text: string) => RunEventBody[]): Reply {
  const pieces: Uint8Array[] = []
  let size = 0
  return {
    push(bytes) {
      pieces.push(bytes)
      size += bytes.byteLength
      return []
    },
    isEnough: () => size > maxBytes,
    end: () => toEvents(Buffer.concat(pieces).toString('utf8')),
  }
}

function readStream(events: ToRunEvents): Reply {
  const reader = createSseReader()
  // Most pieces are one frame.
  const take = (frames: SseFrame[]) =>
    frames.length === 1 && frames[0] ? events.push(frames[0]) : frames.flatMap((frame) => events.push(frame))
  return {
    push: (bytes) => take(reader.push(bytes)),
    // Some servers keep the connection open behind it.
    isEnough: () => events.isDone() || reader.isFull(),
    end: () => [...take(reader.end()), ...events.end()],
  }
}

const toDataUrl = (mime: string, bytes: Uint8Array) => `data:${mime};base64,${Buffer.from(bytes).toString('base64')}`

type Upload = (file: VideoFile) => Promise<string>

async function resolveMedia({ mime, read, video }: TurnMedia, upload: Upload): Promise<ResolvedMedia> {
  if (!video) return toDataUrl(mime, await read())
  if ('url' in video) return video
  if ('file' in video) return { fps: video.fps, url: await upload(video.file) }
  const frames = await video.readFrames()
  return { fps: video.fps, frames: frames.map((frame) => toDataUrl('image/jpeg', frame)) }
}

const resolveTurns = async (request: AskRequest, upload: Upload): Promise<ResolvedTurn[]> =>
  await Promise.all(
    request.turns.map(async (turn) => ({
      ...turn,
      media: await Promise.all(turn.media.map((item) => resolveMedia(item, upload))),
    })),
  )

/** Names that say what the list of a compatible server does not. */
const thinkerId = /think|reason|qvq|qwq/i

/** Asks a server that speaks one of the two protocols. The key goes to `baseUrl` only: redirects are not followed. */
export function createAskUpstream(options: UpstreamOptions): Ask {
  const { protocol, baseUrl, apiKey, timeouts, random = Math.random, sleep = sleepFor } = options
  const isNative = protocol === 'dashscope'
  const uploadTemporary = createTemporaryUploads(new URL(baseUrl).origin, apiKey)
  const path = isNative ? '/api/v1/services/aigc/multimodal-generation/generation' : '/chat/completions'
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}${path}`)
  const isSeparate = isNative || isDashScope(baseUrl)
  /** Models whose thinking came without its opening tag: the next time it will again. */
  const unopened = new Set<string>()

  function toExpectation({ model, thinking }: AskRequest): Expectation {
    if (model.thinking === 'always' || thinkerId.test(model.id) || unopened.has(model.id)) return 'thinking'
    return thinking.enabled ? 'either' : 'answer'
  }

  /** The request's body, with all its pictures. */
  async function write(request: AskRequest, signal: AbortSignal): Promise<Buffer> {
    const upload: Upload = async (file) => await uploadTemporary(file, request.model.id, signal)
    const resolved = { ...request, turns: await resolveTurns(request, upload) }
    return Buffer.from(JSON.stringify(isNative ? toDashScopeBody(resolved) : toOpenAiBody(resolved)))
  }

  return async (request, signal, emit) => {
    await emit({ type: 'start', model: request.model.id })
    let body = await write(request, signal).catch(() => undefined)
    if (signal.aborted) return
    if (!body) {
      const message = 'A picture or video of this question could not be read or handed on; add it again.'
      return await emit({ type: 'error', code: 'internal', message, retryable: false })
    }
    const aborter = new AbortController()
    let events: ToRunEvents | undefined
    const stop = () => {
      // Whoever stops a run counts what is given now.
      for (const event of events?.breakOff() ?? []) void emit(event)
      aborter.abort()
    }
    signal.addEventListener('abort', stop, { once: true })
    let passed: Limit | undefined
    const expire = (limit: Limit) => {
      passed = limit
      aborter.abort()
    }
    const runTimer = setTimeout(() => expire('runMs'), timeouts.runMs)
    let waitTimer: NodeJS.Timeout | undefined
    const waitForFirst = () => {
      clearTimeout(waitTimer)
      waitTimer = setTimeout(() => expire('firstByteMs'), timeouts.firstByteMs)
    }
    let heardAt = 0
    /** Set anew by every piece, the timer would cost more than reading the piece does. */
    const waitForMore = (ms = timeouts.silenceMs) => {
      clearTimeout(waitTimer)
      waitTimer = setTimeout(() => {
        const left = heardAt + timeouts.silenceMs - performance.now()
        if (left > 0) waitForMore(left)
        else expire('silenceMs')
      }, ms)
    }
    let holdTimer: NodeJS.Timeout | undefined
    let hasText = false
    let failure: RunEventBody | undefined
    let retry: { retryAfterMs?: number } | undefined

    /** All in order; an error is kept until it is known whether to try again. */
    function emitAll(events: RunEventBody[]): void | Promise<void> {
      let taken = 0
      for (const event of events) {
        taken += 1
        if (event.type === 'error') {
          failure = event
          continue
        }
        hasText ||= event.type === 'thinking-delta' || event.type === 'answer-delta'
        // It will not be sent again, and pictures are heavy.
        if (hasText) body = undefined
        const wait = emit(event)
        if (wait) return wait.then(() => emitAll(events.slice(taken)))
      }
    }

    const expects = toExpectation(request)
    function waitForTag(reading: ToRunEvents) {
      if (!reading.isHolding()) return clearTimeout(holdTimer)
      holdTimer ??= setTimeout(() => void emitAll(reading.decide()), maxHeldMs[expects])
    }

    async function attempt(): Promise<void> {
      const reading = createToRunEvents({ expects, thinks: request.thinking.enabled, isSeparate, apiKey })
      events = reading
      let reply: Reply | undefined
      let hasBytes = false
      try {
        await post(
          url,
          {
            headers: {
              'content-type': 'application/json',
              accept: 'text/event-stream',
              ...(apiKey && { authorization: `Bearer ${apiKey}` }),
              ...(isNative && { 'x-dashscope-sse': 'enable' }),
              ...(body?.includes('"oss://') && { 'x-dashscope-ossresourceresolve': 'enable' }),
              ...(request.requestId !== undefined && { 'x-request-id': request.requestId }),
            },
            body: () => body ?? Buffer.alloc(0),
            signal: aborter.signal,
          },
          {
            onHead(status, headers) {
              if (status === 200) {
                reply = readStream(reading)
                return
              }
              const idHeader = headers['x-request-id'] ?? headers['x-dashscope-request-id']
              const requestIdHeader = typeof idHeader === 'string' ? idHeader : undefined
              reply = readWhole(maxErrorBytes, (text) => [
                { type: 'error', ...toRunError({ status, body: text, requestIdHeader, apiKey }) },
              ])
              const retryAfterMs = readRetryAfter(headers['retry-after'])
              if (status === 429 || status >= 500) retry = retryAfterMs === undefined ? {} : { retryAfterMs }
            },
            onData(bytes) {
              heardAt = performance.now()
              if (!hasBytes) waitForMore()
              hasBytes = true
              const held = emitAll(reply?.push(bytes) ?? [])
              waitForTag(reading)
              if (!held) return reply?.isEnough() !== true
              // This silence is our own.
              clearTimeout(waitTimer)
              return held.then(() => {
                heardAt = performance.now()
                if (!aborter.signal.aborted) waitForMore()
                return reply?.isEnough() !== true
              })
            },
          },
        )
      } catch (error) {
        if (!reading.hasFinish()) {
          await emitAll(reading.breakOff())
          throw error
        }
      } finally {
        clearTimeout(holdTimer)
        holdTimer = undefined
      }
      await emitAll(reply?.end() ?? [])
      if (reading.isUnopened()) unopened.add(request.model.id)
    }

    try {
      waitForFirst()
      for (let tries = 0; ; tries += 1) {
        failure = undefined
        retry = undefined
        try {
          await attempt()
        } catch (error) {
          if (signal.aborted) return
          if (!hasText && isUntrusted(error)) {
            const code = 'upstream-untrusted'
            return await emit({ type: 'error', code, message: `${sentences[code]} (${error.code})`, retryable: false })
          }
          if (passed) {
            const { code, what } = limitErrors[passed]
            const message = `${what} ${timeouts[passed] / 1000} seconds (the limit here). Ask again, or with less thinking.`
            return await emit({ type: 'error', code, message, retryable: true })
          }
          const code = hasText ? 'cut-off' : 'upstream-unreachable'
          const message = hasText
            ? 'The connection to the model service broke before the answer was complete.'
            : 'The model service could not be reached; check the address and the network.'
          failure = { type: 'error', code, message, retryable: true }
          retry = {}
        }
        if (signal.aborted) return
        if (!failure) return
        const delay = retry?.retryAfterMs ?? 500 * 2 ** tries * (0.5 + random())
        if (!retry || hasText || tries >= maxRetries || delay > maxRetryAfterMs) {
          return await emit(failure)
        }
        clearTimeout(waitTimer)
        await sleep(delay, aborter.signal)
        if (signal.aborted) return
        waitForFirst()
      }
    } finally {
      signal.removeEventListener('abort', stop)
      clearTimeout(runTimer)
      clearTimeout(waitTimer)
      aborter.abort()
    }
  }
}
