import type { HttpBindings } from '@hono/node-server'
import type { MiddlewareHandler } from 'hono'
import { createTrust, readClient } from '../network/client-address.ts'
import type { Env } from './visitor.ts'

/** Tells the routes who asks; `secureHost` as `readClient` has it. */
export function createReadClient(trusted: string[], secureHost: string | undefined): MiddlewareHandler<Env> {
  const isTrusted = createTrust(trusted)
  return async (c, next) => {
    // Absent where the app is called without a port.
    const bindings = c.env as Partial<HttpBindings> | undefined
    const peer = bindings?.incoming?.socket.remoteAddress
    const httpVersion = bindings?.incoming?.httpVersion
    const request = { peer, url: c.req.url, httpVersion, header: (name: string) => c.req.header(name) }
    c.set('client', readClient(request, isTrusted, secureHost))
    await next()
  }
}
