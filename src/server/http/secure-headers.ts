import type { MiddlewareHandler } from 'hono'
import type { Env } from './visitor.ts'

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  // The policy in the client's workers.ts, which knows only our own build's addresses.
  'trusted-types showwork',
].join('; ')

/** For the response of a worker that decodes; never for a page. */
export const decoderPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"

const twoYearsS = 2 * 365 * 24 * 3600

export const secureHeaders: MiddlewareHandler<Env> = async (c, next) => {
  await next()
  c.header('X-Content-Type-Options', 'nosniff')
  c.header('Referrer-Policy', 'no-referrer')
  // Over plain http a browser looks up the hosts of all links at once.
  c.header('X-DNS-Prefetch-Control', 'off')
  c.header('Cross-Origin-Opener-Policy', 'same-origin')
  c.header('Cross-Origin-Resource-Policy', 'same-origin')
  c.header('Permissions-Policy', 'camera=(self), display-capture=(self), microphone=(), geolocation=()')
  if (c.get('client').isSecure) c.header('Strict-Transport-Security', `max-age=${twoYearsS}`)
  if (!c.res.headers.has('Content-Security-Policy')) c.header('Content-Security-Policy', pagePolicy)
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
}
