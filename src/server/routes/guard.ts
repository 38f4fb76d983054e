import type { MiddlewareHandler } from 'hono'
import { ProblemError } from '../../shared/problem.ts'
import type { Env } from '../visitors/visitor.ts'

const toName = (host: string) =>
  host
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')

/**
 * Refuses an unknown `Host` (a name that was rebound onto this server would otherwise spend its key) and changes
 * that another site's page asks for.
 */
export function createGuard(allowedHosts: string[]): MiddlewareHandler<Env> {
  const allowed = new Set(['localhost', '127.0.0.1', '::1', ...allowedHosts.map(toName)])
  return async (c, next) => {
    const { host } = c.get('client')
    if (!allowed.has(toName(host))) {
      throw new ProblemError(
        421,
        'unknown-host',
        'This server does not answer under that name. Add it to ALLOWED_HOSTS.',
      )
    }
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      const origin = c.req.header('origin')
      const isForeign = origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)
      if (isForeign || c.req.header('sec-fetch-site') === 'cross-site') {
        throw new ProblemError(403, 'foreign-origin', 'A page of another site may not change anything here.')
      }
    }
    await next()
  }
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

export const secureHeaders: MiddlewareHandler = async (c, next) => {
  await next()
  c.header('X-Content-Type-Options', 'nosniff')
  c.header('Referrer-Policy', 'no-referrer')
  c.header('Cross-Origin-Opener-Policy', 'same-origin')
  c.header('Cross-Origin-Resource-Policy', 'same-origin')
  c.header('Permissions-Policy', 'camera=(self), display-capture=(self), microphone=(), geolocation=()')
  if (!c.res.headers.has('Content-Security-Policy')) c.header('Content-Security-Policy', policy)
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
}
