import type { RunError, RunErrorCode } from '../../shared/run/run.ts'
import { blindPatterns, errorNumbers, errorRules, mediaPatterns } from './error-rules.ts'
import { isRecord, toText } from './json.ts'

export type Failure = {
  /** The HTTP status; 200 or absent for an error that came inside a stream. */
  status?: number | undefined
  body: unknown
  requestIdHeader?: string | undefined
  /** Never shown: taken out of the message, in case the upstream echoes it. */
  apiKey?: string | undefined
}

type Facts = { code: string; type: string; message: string; param: string; requestId?: string; status?: number }

const maxSaidChars = 600
const maxReadChars = 4_000

/** What an upstream said in refusal, in any of its wrappings, to one of our codes. */
export function toRunError({ status, body, requestIdHeader, apiKey }: Failure): RunError {
  const facts = readFacts(typeof body === 'string' ? readBody(body) : body, 0)
  const httpStatus = status !== undefined && status >= 400 ? status : (facts.status ?? 0)
  const code = toCode(facts, httpStatus)
  const said = withoutKey(facts.message, apiKey).trim().slice(0, maxSaidChars)
  const requestId = facts.requestId ?? requestIdHeader
  const isBlind = code === 'media-rejected' && fits(blindPatterns, facts.message.toLowerCase().slice(0, maxReadChars))
  const sentence = isBlind ? 'This model cannot see pictures; choose another one.' : sentences[code]
  return {
    code,
    message: said ? `${sentence} The model service said: ${said}` : sentence,
    retryable: retryable.has(code),
    ...(requestId && { requestId: withoutKey(requestId, apiKey).slice(0, 200) }),
  }
}

/** Whether the upstream refused the request for the parameter of this name. */
export function isRefusalOf(name: string, body: string): boolean {
  const { message, param } = readFacts(readBody(body), 0)
  return `${param} ${message}`.includes(name)
}

/** Whether this parsed chunk of a stream is an error rather than a piece of the run. */
export function isErrorChunk(chunk: Record<string, unknown>): boolean {
  if (chunk.error) return true
  if (isRecord(chunk.base_resp) && typeof chunk.base_resp.status_code === 'number')
    return chunk.base_resp.status_code !== 0
  if (chunk.choices || chunk.output) return false
  const says = typeof chunk.message === 'string' || typeof chunk.msg === 'string'
  const isFailure = toText(chunk.code) !== '' || chunk.object === 'error' || chunk.success === false
  return (says && isFailure) || Boolean(chunk.detail) || Array.isArray(chunk.errors)
}

export const sentences: Record<RunErrorCode, string> = {
  'invalid-key': 'The model service refused the API key; check the key and that it belongs to this region.',
  'no-credit': 'The account at the model service has no credit; settle it there and try again.',
  'access-denied': 'The account may not use this model; activate it at the model service or choose another.',
  'model-not-found':
    'The model service does not know this model; it may be retired or in another region. Choose another.',
  'rate-limited': 'The model service allows no more requests just now; wait a minute and try again.',
  'moderation-input': 'The model service refused the question or picture as inappropriate; change it and try again.',
  'moderation-output': 'The model service stopped the answer as inappropriate; trying again may pass.',
  'media-rejected': 'The model service could not use a picture; try another file or a smaller one.',
  'context-too-long': 'The question and pictures are longer than this model can read; shorten them.',
  'bad-request': 'The model service did not accept the request.',
  'upstream-unavailable': 'The model service has a problem of its own; try again shortly.',
  'upstream-unreachable': 'The model service could not be reached; check the address and the network.',
  'upstream-untrusted':
    'The certificate of the model service cannot be trusted; check its address, or name a certificate of your own in NODE_EXTRA_CA_CERTS.',
  'first-byte-timeout': 'The model did not begin to reply in time.',
  'silence-timeout': 'The model went silent.',
  'run-timeout': 'The run took too long.',
  'cut-off': 'The model service ended the stream before the answer was complete.',
  'budget-spent': 'The budget of this server is used up.',
  interrupted: 'The server stopped before the run was complete.',
  internal: 'Something went wrong on this server.',
}

const retryable = new Set<RunErrorCode>([
  'rate-limited',
  'moderation-output',
  'upstream-unavailable',
  'upstream-unreachable',
  'cut-off',
])

const fits = (patterns: RegExp[], text: string) => patterns.some((pattern) => pattern.test(text))

/** `InternalError.Algo.InvalidParameter` prefixes ordinary refusals of a request, so it decides nothing. */
function toCode({ code, type, message }: Facts, status: number): RunErrorCode {
  const text = `${code} ${type} ${message}`.toLowerCase().slice(0, maxReadChars)
  const meaning = errorNumbers[code] ?? errorRules.find(([patterns]) => fits(patterns, text))?.[1]
  if (meaning === 'moderation') return isAboutOutput(text, status) ? 'moderation-output' : 'moderation-input'
  if (meaning) return meaning
  if (fits(blindPatterns, text) || fits(mediaPatterns, text)) return 'media-rejected'
  if (status === 401) return 'invalid-key'
  if (status === 402) return 'no-credit'
  if (status === 403) return 'access-denied'
  if (status === 404) return 'model-not-found'
  if (status === 413) return 'context-too-long'
  if (status === 429) return 'rate-limited'
  if (status === 408 || status >= 500) return 'upstream-unavailable'
  if (status >= 400 || /invalid_?parameter|invalid_request/.test(text)) return 'bad-request'
  return 'upstream-unavailable'
}

/** What names both, or neither, is the question's refusal where it came instead of an answer. */
function isAboutOutput(text: string, status: number): boolean {
  const isOutput = /output|completion|生成|输出/.test(text)
  const isInput = /input|prompt|输入/.test(text)
  return isOutput && (!isInput || status < 400)
}

/** JSON, else the first `data:` line that is JSON, else the text itself. */
function readBody(text: string): unknown {
  const lines = text.split(/\r\n|\n|\r/).flatMap((line) => (line.startsWith('data:') ? [line.slice(5)] : []))
  for (const candidate of [text, ...lines]) {
    try {
      const value: unknown = JSON.parse(candidate)
      if (isRecord(value)) return value
    } catch {
      continue
    }
  }
  return /<html|<!doctype/i.test(text) ? '' : text
}

/** A sentence, or a list of what is wrong where: `[{ loc: ["body", "stream_options"], msg }]`. */
function toDetails(detail: unknown): string {
  if (!Array.isArray(detail)) return isRecord(detail) ? toText(detail.message) || toText(detail.msg) : toText(detail)
  return detail
    .map((each) => {
      if (!isRecord(each)) return toText(each)
      const place = Array.isArray(each.loc)
        ? each.loc
            .filter((part) => part !== 'body')
            .map(toText)
            .join('.')
        : ''
      return [place, toText(each.msg) || toText(each.message)].filter(Boolean).join(': ')
    })
    .join('; ')
}

function readFacts(body: unknown, depth: number): Facts {
  if (typeof body === 'string') return { code: '', type: '', param: '', message: body }
  if (!isRecord(body)) return { code: '', type: '', param: '', message: '' }
  const error = isRecord(body.error) ? body.error : isRecord(body.base_resp) ? body.base_resp : body
  const code = toText(error.code) || toText(error.status_code)
  const message =
    toText(error.message) ||
    toText(error.status_msg) ||
    toText(error.msg) ||
    toText(body.error) ||
    toDetails(error.detail ?? error.errors)
  const requestId = toText(body.request_id) || toText(error.request_id) || toText(body.id)
  const inner = isRecord(error.metadata) ? error.metadata.raw : undefined
  const outer: Facts = {
    code,
    type: toText(error.type),
    param: toText(error.param),
    message,
    ...(requestId && { requestId }),
    ...(/^[45]\d\d$/.test(code) && { status: Number(code) }),
  }
  if (!inner || depth >= 5) return outer
  const facts = readFacts(typeof inner === 'string' ? readBody(inner) : inner, depth + 1)
  return { ...outer, ...facts, message: facts.message || message, code: facts.code || code }
}

function withoutKey(text: string, apiKey: string | undefined): string {
  const cleaned = apiKey ? text.replaceAll(apiKey, '[key]') : text
  return cleaned.replace(/\bsk-[\w.*-]{4,}/g, '[key]')
}
