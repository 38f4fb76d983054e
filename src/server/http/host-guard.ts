import type { MiddlewareHandler } from 'hono'
import { ProblemError } from '../../shared/problem.ts'
import type { Env } from './visitor.ts'

const toName = (host: string) =>
  host
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')

/** The browser sent it to its page's own site, and here it is another one: somebody in between changed `Host`. */
const isRewritten = (site: string | undefined) => site === 'same-origin'

/**
 * Refuses an unknown `Host` (a name that was rebound onto this server would otherwise spend its key) and changes
 * that another site's page asks for.
 */
export function createHostGuard(allowedHosts: string[]): MiddlewareHandler<Env> {
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
    // In no address of ours, and no database takes it.
    if (/%00/.test(c.req.url)) throw new ProblemError(400, 'bad-request', 'An address holds no %00. Leave it out.')
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      const origin = c.req.header('origin')
      const isForeign = origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)
      if (isForeign || c.req.header('sec-fetch-site') === 'cross-site') {
        throw new ProblemError(
          403,
          'foreign-origin',
          isRewritten(c.req.header('sec-fetch-site'))
            ? 'A proxy in front of this server changes the Host header. Let it pass on the browser’s (nginx: proxy_set_header Host $http_host) and set PUBLIC_URL and TRUST_PROXY.'
            : 'A page of another site may not change anything here.',
        )
      }
    }
    await next()
  }
}
