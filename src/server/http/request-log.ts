import { randomBytes } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { ProblemError } from '../../shared/problem.ts'
import type { Log } from '../metrics/log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Env } from './visitor.ts'

/** Methods are a closed list, so that nobody fills the metrics with their own. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Gives each request one id, the browser's own where it sent one, and counts and logs it by its route. */
export function logRequests(metrics: Metrics, log: Log): MiddlewareHandler<Env> {
  return async (c, next) => {
    const sent = c.req.header('x-request-id') ?? ''
    const requestId = /^[\w-]{8,64}$/.test(sent) ? sent : randomBytes(12).toString('base64url')
    c.set('requestId', requestId)
    const from = performance.now()
    await next()
    c.header('X-Request-Id', requestId)
    const method = methods.has(c.req.method) ? c.req.method : 'other'
    const handler = matchedRoutes(c).find((route) => route.method !== 'ALL')
    const route = handler === undefined ? 'none' : handler.path
    const { status } = c.res
    const seconds = (performance.now() - from) / 1000
    metrics.requests.observe({ method, route, status }, seconds)
    const code = c.error instanceof ProblemError ? c.error.code : undefined
    if (code !== undefined) metrics.refusals.inc({ code })
    log.info({ requestId, method, route, status, code, seconds }, 'request')
  }
}
