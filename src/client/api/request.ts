import { noteServerDate } from '../server-clock.ts'
import type { Problem, ProblemCode } from '../../shared/problem.ts'
import { createId } from '../ui/create-id.ts'

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

export async function request(path: string, init?: RequestInit): Promise<Response> {
  try {
    return await send(path, init)
  } catch (error) {
    const isLockedOut = error instanceof ApiError && error.code === 'access-code-required'
    if (!isLockedOut || !(await askForCode())) throw error
    init?.signal?.throwIfAborted()
    return await send(path, init)
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
  if (response.ok) return response
  const problem = (await response.json().catch(() => ({ code: 'internal', detail: '' }))) as Problem
  const retryAfterS = Number(response.headers.get('retry-after') ?? NaN)
  const requestId = response.headers.get('x-request-id') ?? undefined
  throw new ApiError(problem.code, problem.detail, Number.isFinite(retryAfterS) ? retryAfterS : undefined, requestId)
}

export const requestJson = async <T>(path: string, init?: RequestInit): Promise<T> =>
  (await (await request(path, init)).json()) as T

export const jsonBody = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})
