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

/** Of every reply, also of those that no request was read for. */
export const commonHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  // Over plain http a browser looks up the hosts of all links at once.
  'X-DNS-Prefetch-Control': 'off',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(self), display-capture=(self), microphone=(), geolocation=()',
}
/** Where nothing else is said. */
export const usualHeaders = { 'Content-Security-Policy': pagePolicy, 'Cache-Control': 'no-store' }

const twoYearsS = 2 * 365 * 24 * 3600

export const secureHeaders: MiddlewareHandler<Env> = async (c, next) => {
  await next()
  for (const [name, value] of Object.entries(commonHeaders)) c.header(name, value)
  if (c.get('client').isSecure) c.header('Strict-Transport-Security', `max-age=${twoYearsS}`)
  for (const [name, value] of Object.entries(usualHeaders)) if (!c.res.headers.has(name)) c.header(name, value)
}
