import { noteServerDate } from '../server-clock.ts'
import type { Problem, ProblemCode } from '../../shared/problem.ts'

/** The server's refusal, or `offline` where no answer came. */
export class ApiError extends Error {
  readonly code: ProblemCode | 'offline'
  constructor(code: ProblemCode | 'offline', detail: string) {
    super(detail)
    this.name = 'ApiError'
    this.code = code
  }
}

export async function request(path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(path, init).catch((error: unknown) => {
    if (init?.signal?.aborted) throw error
    throw new ApiError('offline', 'no answer')
  })
  noteServerDate(response.headers.get('date'))
  if (response.ok) return response
  const problem = (await response.json().catch(() => ({ code: 'internal', detail: '' }))) as Problem
  throw new ApiError(problem.code, problem.detail)
}

export const requestJson = async <T>(path: string, init?: RequestInit): Promise<T> =>
  (await (await request(path, init)).json()) as T

export const jsonBody = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})
