import type { Env, Hono } from 'hono'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** The methods `app` has a route of its own for at `path`; one that takes every path or every method does not count. */
export function allowedMethods<E extends Env>(app: Hono<E>, path: string): string[] {
  const allowed = methods.filter((method) =>
    app.router
      .match(method, path)[0]
      .some(([[, route]]) => route.method === method && route.path !== '/*' && route.path !== '*'),
  )
  return allowed.includes('GET') ? ['HEAD', ...allowed] : allowed
}
