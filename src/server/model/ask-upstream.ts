import { Agent, request as send } from 'undici'
import type { RunErrorCode, RunEventBody } from '../../shared/run.ts'
import type { Ask, AskRequest, TurnMedia, VideoFile } from '../ask.ts'
import type { Protocol } from './endpoints.ts'
import { createSseReader, type SseFrame } from './read-sse.ts'
import { toDashScopeBody, toOpenAiBody, type ResolvedMedia, type ResolvedTurn } from './to-request.ts'
import { createTemporaryUploads } from './temporary-uploads.ts'
import { toRunError } from './to-run-error.ts'
import { createToRunEvents } from './to-run-events.ts'

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
/** A whole answer in one piece, from a server that does not stream. */
const maxReplyBytes = 8 * 1024 * 1024

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

/** Our own timers watch the silence, so the client's must not. */
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 20_000 } })

function readRetryAfter(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined
}

async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size > maxBytes) break
  }
  return Buffer.concat(chunks).toString('utf8')
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

/** Asks a server that speaks one of the two protocols. The key goes to `baseUrl` only: redirects are not followed. */
export function createAskUpstream(options: UpstreamOptions): Ask {
  const { protocol, baseUrl, apiKey, timeouts, random = Math.random, sleep = sleepFor } = options
  const isNative = protocol === 'dashscope'
  const uploadTemporary = createTemporaryUploads(new URL(baseUrl).origin, apiKey)
  const url = `${baseUrl.replace(/\/+$/, '')}${isNative ? '/api/v1/services/aigc/multimodal-generation/generation' : '/chat/completions'}`

  return async function* ask(request, signal) {
    yield { type: 'start', model: request.model.id }
    const upload: Upload = async (file) => await uploadTemporary(file, request.model.id, signal)
    const turns = await resolveTurns(request, upload).catch(() => undefined)
    if (signal.aborted) return
    if (!turns) {
      yield {
        type: 'error',
        code: 'internal',
        message: 'A picture or video of this question could not be read or handed on; add it again.',
        retryable: false,
      }
      return
    }
    const resolved = { ...request, turns }
    const body = JSON.stringify(isNative ? toDashScopeBody(resolved) : toOpenAiBody(resolved))
    const aborter = new AbortController()
    const stop = () => aborter.abort()
    signal.addEventListener('abort', stop, { once: true })
    let passed: Limit | undefined
    const expire = (limit: Limit) => {
      passed = limit
      aborter.abort()
    }
    const runTimer = setTimeout(() => expire('runMs'), timeouts.runMs)
    let waitTimer = setTimeout(() => expire('firstByteMs'), timeouts.firstByteMs)
    const wait = (limit: Limit) => {
      clearTimeout(waitTimer)
      waitTimer = setTimeout(() => expire(limit), timeouts[limit])
    }
    let hasText = false

    async function* attempt(): AsyncGenerator<RunEventBody, { retryAfterMs?: number } | undefined> {
      const response = await send(url, {
        method: 'POST',
        dispatcher: agent,
        signal: aborter.signal,
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          ...(apiKey && { authorization: `Bearer ${apiKey}` }),
          ...(isNative && { 'x-dashscope-sse': 'enable' }),
          ...(body.includes('"oss://') && { 'x-dashscope-ossresourceresolve': 'enable' }),
          ...(request.requestId !== undefined && { 'x-request-id': request.requestId }),
        },
        body,
      })
      // A body left unread is destroyed, and says so as an error that nobody else would hear.
      response.body.on('error', () => {})
      const requestIdHeader = response.headers['x-request-id'] ?? response.headers['x-dashscope-request-id']
      const id = typeof requestIdHeader === 'string' ? requestIdHeader : undefined
      if (response.statusCode !== 200) {
        const text = await readText(response.body, maxErrorBytes)
        const error = toRunError({ status: response.statusCode, body: text, requestIdHeader: id, apiKey })
        yield { type: 'error', ...error }
        if (response.statusCode !== 429 && response.statusCode < 500) return undefined
        const retryAfterMs = readRetryAfter(response.headers['retry-after'])
        return retryAfterMs === undefined ? {} : { retryAfterMs }
      }
      const events = createToRunEvents({ thinks: request.thinking.enabled, ...(apiKey && { apiKey }) })
      const type = String(response.headers['content-type'] ?? '')
      if (type.includes('application/json')) {
        yield* events.push({ data: (await readText(response.body, maxReplyBytes)).trim() })
        yield* events.end()
        return undefined
      }
      const reader = createSseReader()
      let isDone = false
      function* take(frames: SseFrame[]) {
        for (const frame of frames) {
          yield* events.push(frame)
          // Some servers keep the connection open behind it.
          isDone = frame.data.trim() === '[DONE]'
          if (isDone) return
        }
      }
      try {
        let hasBytes = false
        for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
          if (hasBytes) waitTimer.refresh()
          else wait('silenceMs')
          hasBytes = true
          // An async generator hands on a whole list at ten times the cost.
          for (const event of take(reader.push(chunk))) yield event
          if (isDone) break
        }
        if (!isDone) for (const event of take(reader.end())) yield event
      } catch (error) {
        if (!events.hasFinish()) throw error
      }
      yield* events.end()
      return undefined
    }

    try {
      for (let tries = 0; ; tries += 1) {
        let failure: RunEventBody | undefined
        let retry: { retryAfterMs?: number } | undefined
        try {
          const events = attempt()
          for (;;) {
            const next = await events.next()
            if (next.done) {
              retry = next.value
              break
            }
            if (next.value.type === 'error') failure = next.value
            else {
              hasText ||= next.value.type === 'thinking-delta' || next.value.type === 'answer-delta'
              yield next.value
            }
          }
        } catch {
          if (signal.aborted) return
          if (passed) {
            const { code, what } = limitErrors[passed]
            yield {
              type: 'error',
              code,
              message: `${what} ${timeouts[passed] / 1000} seconds (the limit here). Ask again, or with less thinking.`,
              retryable: true,
            }
            return
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
          yield failure
          return
        }
        clearTimeout(waitTimer)
        await sleep(delay, aborter.signal)
        if (signal.aborted) return
        wait('firstByteMs')
      }
    } finally {
      signal.removeEventListener('abort', stop)
      clearTimeout(runTimer)
      clearTimeout(waitTimer)
      aborter.abort()
    }
  }
}
