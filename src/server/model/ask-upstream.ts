import { isDelta } from '../../shared/run/event-kinds.ts'
import type { RunErrorCode, RunEventBody } from '../../shared/run/run.ts'
import type { Ask, AskRequest, TurnMedia, VideoFile } from './contract.ts'
import { silent, type Log } from '../metrics/log.ts'
import type { Decompress } from './decompress.ts'
import type { ProxyFor } from '../network/proxy.ts'
import { createByteSemaphore } from '../network/byte-semaphore.ts'
import { createHttpClient } from '../network/send-request.ts'
import { isUntrusted } from '../network/is-untrusted.ts'
import { isDashScope, toMethodUrl, type Protocol } from './endpoints.ts'
import { isRecord } from './json.ts'
import { post } from './http-post.ts'
import { decompressReply, openReply, type Reply } from './read-reply.ts'
import { countBodyBytes, maxBodyBytes } from './body-bytes.ts'
import { createRetries, wasWorkedOn, type FailedTry } from './retries.ts'
import type { Expectation } from './split-thinking.ts'
import { toDashScopeBody, toOpenAiBody, withoutUsage, type ResolvedMedia, type ResolvedTurn } from './to-request.ts'
import { createTemporaryUploads } from './temporary-uploads.ts'
import { sentences } from './to-run-error.ts'
import { createToRunEvents, type ToRunEvents } from './to-run-events.ts'
import { createWaits, type Limit, type Timeouts } from './waits.ts'

export type UpstreamOptions = {
  protocol: Protocol
  baseUrl: string
  apiKey?: string
  timeouts: Timeouts
  /** Waited behind a finish reason for what it used. */
  usageMs?: number
  log?: Log
  proxyFor?: ProxyFor
  random?: () => number
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** How long text waits for a tag that tells whether it is thinking. */
const maxHeldMs: Record<Expectation, number> = { thinking: 1_000, either: 1_000, answer: 250 }

type RunErrorEvent = Extract<RunEventBody, { type: 'error' }>
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

type Written = { body: Buffer; leave: () => void }

/** Bodies that are written and sent at the same time; while it is written each stands there three times. */
const roomBytes = maxBodyBytes
/** Most questions: nothing waits for these. */
const lightBytes = 2 * 1024 * 1024
const enterRoom = createByteSemaphore(roomBytes)

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
  const { protocol, baseUrl, apiKey, timeouts, log = silent, random = Math.random, sleep = sleepFor } = options
  const isNative = protocol === 'dashscope'
  const send = createHttpClient({ ...(options.proxyFor && { proxyFor: options.proxyFor }) })
  const uploadTemporary = createTemporaryUploads(new URL(baseUrl).origin, apiKey, send)
  const path = isNative ? '/api/v1/services/aigc/multimodal-generation/generation' : '/chat/completions'
  const url = toMethodUrl(baseUrl, path)
  const isSeparate = isNative || isDashScope(baseUrl)
  /** Models whose thinking came without its opening tag: the next time it will again. */
  const unopened = new Set<string>()
  /** Whether it takes the wish to be told the usage. */
  let takesUsage = true

  function toExpectation({ model, thinking }: AskRequest): Expectation {
    if (model.thinking === 'always' || thinkerId.test(model.id) || unopened.has(model.id)) return 'thinking'
    return thinking.enabled ? 'either' : 'answer'
  }

  /** The request's body, with all its pictures, when there is room for it; `leave` once it is sent. */
  async function write(request: AskRequest, asksUsage: boolean, signal: AbortSignal): Promise<Written> {
    const bytes = countBodyBytes(request.turns)
    const leave = bytes < lightBytes ? () => {} : await enterRoom(bytes, signal)
    try {
      const upload: Upload = async (file) => await uploadTemporary(file, request.model.id, signal)
      const resolved = { ...request, turns: await resolveTurns(request, upload) }
      const body = Buffer.from(JSON.stringify(isNative ? toDashScopeBody(resolved) : toOpenAiBody(resolved)))
      return { body: asksUsage ? body : withoutUsage(body), leave }
    } catch (error) {
      leave()
      throw error
    }
  }

  return async (request, signal, emit) => {
    await emit({ type: 'start', model: request.model.id })
    const aborter = new AbortController()
    let events: ToRunEvents | undefined
    /** What fails where nobody waits for it ends the try. */
    const inBackground = (work: void | Promise<void>) => void work?.catch(() => aborter.abort())
    const stop = () => {
      // Whoever stops a run counts what is given now.
      for (const event of events?.breakOff() ?? []) inBackground(emit(event))
      aborter.abort()
    }
    signal.addEventListener('abort', stop, { once: true })
    let passed: Limit | undefined
    const waits = createWaits(
      timeouts,
      (limit) => {
        passed = limit
        aborter.abort()
      },
      options.usageMs,
    )
    let holdTimer: NodeJS.Timeout | undefined
    let hasText = false
    let failure: RunErrorEvent | undefined
    /** Of this try's reply, as soon as it has begun. */
    let status: number | undefined
    let asksUsage = takesUsage

    /** All in order; an error is kept until it is known whether to try again. */
    function emitAll(events: RunEventBody[]): void | Promise<void> {
      let taken = 0
      for (const event of events) {
        taken += 1
        if (event.type === 'error') {
          failure = event
          continue
        }
        hasText ||= isDelta(event)
        const wait = emit(event)
        if (wait) return wait.then(() => emitAll(events.slice(taken)))
      }
    }

    const expects = toExpectation(request)
    function waitForTag(reading: ToRunEvents) {
      if (!reading.isHolding()) return clearTimeout(holdTimer)
      holdTimer ??= setTimeout(() => inBackground(emitAll(reading.decide())), maxHeldMs[expects])
    }

    async function attempt(written: Written): Promise<Reply | undefined> {
      function takeBody() {
        const { body } = written
        written.body = Buffer.alloc(0)
        return body
      }
      const reading = createToRunEvents({ expects, thinks: request.thinking.enabled, isSeparate, apiKey })
      events = reading
      let reply: Reply | undefined
      let plain: Decompress | undefined
      let hasBytes = false

      function take(bytes: Uint8Array): boolean | Promise<boolean> {
        const held = emitAll(reply?.push(bytes) ?? [])
        waitForTag(reading)
        if (!held) {
          if (!waits.isForUsage() && reading.hasFinish()) waits.forUsage()
          return reply?.isEnough() !== true
        }
        waits.pause()
        return held.then(() => {
          if (aborter.signal.aborted) return false
          waits.hear()
          if (reading.hasFinish()) waits.forUsage()
          else waits.forMore()
          return reply?.isEnough() !== true
        })
      }

      try {
        await post(
          send,
          url,
          {
            headers: {
              'content-type': 'application/json',
              accept: 'text/event-stream',
              'accept-encoding': 'identity',
              ...(apiKey && { authorization: `Bearer ${apiKey}` }),
              ...(isNative && { 'x-dashscope-sse': 'enable' }),
              ...(written.body.includes('"oss://') && { 'x-dashscope-ossresourceresolve': 'enable' }),
              ...(request.requestId !== undefined && { 'x-request-id': request.requestId }),
            },
            body: takeBody,
            signal: aborter.signal,
            onSent: written.leave,
          },
          {
            onHead(head, headers) {
              status = head
              reply = openReply(head, headers, { url, events: reading, apiKey })
              plain = decompressReply(headers, take)
            },
            onData(bytes) {
              waits.hear()
              if (!hasBytes) waits.forMore()
              hasBytes = true
              return plain?.push(bytes) ?? true
            },
          },
        )
        await plain?.end()
      } catch (error) {
        if (!reading.hasFinish()) {
          await emitAll(reading.breakOff())
          throw error
        }
      } finally {
        plain?.close()
        clearTimeout(holdTimer)
        holdTimer = undefined
      }
      await emitAll(reply?.end() ?? [])
      if (reading.isUnopened()) unopened.add(request.model.id)
      return reply
    }

    /** Asked again at once, and once, where the wish to be told the usage was refused. */
    function dropUsage(refusal: Reply | undefined): boolean {
      if (!asksUsage || isNative || !refusal?.isRefusalOf('stream_options')) return false
      asksUsage = false
      return true
    }

    const retries = createRetries(random)
    try {
      for (let tries = 0; ; tries += 1) {
        failure = undefined
        status = undefined
        let reply: Reply | undefined
        let failed: FailedTry = { ms: 0 }
        // Made anew for each try: kept for the next, its pictures would weigh for as long as the model thinks.
        const written = await write(request, asksUsage, signal).catch(() => undefined)
        if (signal.aborted) return written?.leave()
        if (!written) {
          const message = 'A picture or video of this question could not be read or handed on; add it again.'
          return await emit({ type: 'error', code: 'internal', message, retryable: false })
        }
        const askedAt = performance.now()
        waits.forFirst()
        try {
          reply = await attempt(written)
        } catch (error) {
          if (signal.aborted) return
          failed = { error, status, ms: performance.now() - askedAt }
          if (!hasText && isUntrusted(error)) {
            const code = 'upstream-untrusted'
            return await emit({ type: 'error', code, message: `${sentences[code]} (${error.code})`, retryable: false })
          }
          if (passed) {
            const { code, what } = limitErrors[passed]
            const message = `${what} ${timeouts[passed] / 1000} seconds (the limit here). Ask again, or with less thinking.`
            return await emit({ type: 'error', code, message, retryable: true })
          }
          const code = hasText || wasWorkedOn(failed) ? 'cut-off' : 'upstream-unreachable'
          const message =
            code === 'cut-off'
              ? 'The connection to the model service broke before the answer was complete.'
              : sentences[code]
          failure = { type: 'error', code, message, retryable: true }
        } finally {
          written.leave()
        }
        if (signal.aborted) return
        if (!failure) {
          takesUsage &&= asksUsage
          return
        }
        failed = { ...failed, status, ms: performance.now() - askedAt }
        const { error } = failed
        const cause = isRecord(error) ? (error['code'] ?? error['name']) : undefined
        const { code, requestId: upstreamId } = failure
        const isAgain = dropUsage(reply)
        const delayMs = hasText ? undefined : retries.next(failed, code, reply?.retryAfterMs)
        const facts = { requestId: request.requestId, model: request.model.id, try: tries + 1, code, status, cause }
        const next = isAgain ? 'again without stream_options' : delayMs !== undefined ? 'again later' : 'none'
        log.info({ ...facts, upstreamId, next }, 'a try at the model service failed')
        if (isAgain) continue
        if (delayMs === undefined) return await emit(failure)
        waits.pause()
        await sleep(delayMs, aborter.signal)
        if (signal.aborted) return
      }
    } finally {
      signal.removeEventListener('abort', stop)
      waits.end()
      aborter.abort()
    }
  }
}
