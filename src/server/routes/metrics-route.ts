import type { Handler } from 'hono'
import { ProblemError } from '../../shared/problem.ts'
import type { Gate } from '../access/gate.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Env } from '../http/visitor.ts'

const loopbackName = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i

/** The code as a scraper sends it: `Bearer <code>`, or as the password of basic authentication. */
function readCode(header: string | undefined): string | undefined {
  const [scheme = '', value = ''] = (header ?? '').split(' ')
  if (/^bearer$/i.test(scheme)) return value
  if (!/^basic$/i.test(scheme)) return undefined
  return Buffer.from(value, 'base64')
    .toString()
    .replace(/^[^:]*:/, '')
}

/** Prometheus' text, for this machine itself and for whoever has the operator's code. */
export function createMetricsRoute(metrics: Metrics, admin: Gate): Handler<Env> {
  return async (c) => {
    const code = readCode(c.req.header('authorization'))
    const { isLoopback, host } = c.get('client')
    if (code !== undefined && admin.isSet) await admin.check(code, c)
    // A page of another site can make a browser on this machine ask, but under its own name only.
    else if (!isLoopback || !loopbackName.test(host)) {
      throw new ProblemError(403, 'access-code-required', 'Metrics are for this machine, or with ADMIN_CODE as bearer.')
    }
    return c.body(await metrics.registry.metrics(), 200, { 'Content-Type': metrics.registry.contentType })
  }
}
