import { noteServerDate } from '../server-clock.ts'
import type { Problem, ProblemCode } from '../../shared/problem.ts'
import { createId } from '../create-id.ts'

/** The server's refusal, or `offline` where no answer came. */
export class ApiError extends Error {
  readonly code: ProblemCode | 'offline'
  /** When to come back, as `Date.now()` has it. */
  readonly retryAt: number | undefined
  /** Leads whoever runs the server to the line in the log. */
  readonly requestId: string | undefined
  constructor(code: ProblemCode | 'offline', detail: string, retryAfterS?: number, requestId?: string) {
    super(detail)
    this.name = 'ApiError'
    this.code = code
    this.requestId = requestId
    this.retryAt = retryAfterS === undefined ? undefined : Date.now() + retryAfterS * 1000
  }
}

let askForCode: () => Promise<boolean> = () => Promise.resolve(false)
/** `ask` lets the person enter the access code and resolves to whether that went well; what needed it is sent again. */
export const onCodeNeeded = (ask: () => Promise<boolean>) => {
  askForCode = ask
}

export const request = (path: string, init?: RequestInit): Promise<Response> =>
  withCode(() => send(path, init), init?.signal ?? undefined)

/** Sends, and once more where the access code was wanted and then given. */
export async function withCode<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const isLockedOut = error instanceof ApiError && error.code === 'access-code-required'
    if (!isLockedOut || !(await askForCode())) throw error
    signal?.throwIfAborted()
    return await work()
  }
}

async function send(path: string, init?: RequestInit): Promise<Response> {
  const headers = new Headers(init?.headers)
  headers.set('X-Request-Id', createId())
  const response = await fetch(path, { ...init, headers }).catch((error: unknown) => {
    if (init?.signal?.aborted) throw error
    throw new ApiError('offline', 'no answer')
  })
  noteServerDate(response.headers.get('date'))
  if (response.ok || response.status === 304) return response
  throw toApiError(await response.text(), (name) => response.headers.get(name))
}

/** What a refusal says: in its body, and when to come back in its headers. */
export function toApiError(body: string, readHeader: (name: string) => string | null): ApiError {
  const retryAfterS = Number(readHeader('retry-after') ?? NaN)
  const requestId = readHeader('x-request-id') ?? undefined
  const { code, detail } = toProblem(body)
  return new ApiError(code, detail, Number.isFinite(retryAfterS) ? retryAfterS : undefined, requestId)
}

function toProblem(body: string): Pick<Problem, 'code' | 'detail'> {
  try {
    return JSON.parse(body) as Problem
  } catch {
    return { code: 'internal', detail: '' }
  }
}

export const requestJson = async <T>(path: string, init?: RequestInit): Promise<T> =>
  (await (await request(path, init)).json()) as T

/** By what name the server knows an answer that was read. */
const tags = new WeakMap<object, string>()

/** Reads again what is `known` from before; that itself comes back if it has not changed. */
export async function readAgain<T extends object>(path: string, known: T | undefined): Promise<T> {
  const tag = known && tags.get(known)
  const response = await request(path, tag === undefined ? {} : { headers: { 'If-None-Match': tag } })
  if (known && response.status === 304) return known
  const answer = (await response.json()) as T
  const newTag = response.headers.get('etag')
  if (newTag !== null) tags.set(answer, newTag)
  return answer
}

export const jsonBody = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})
