import { Hono, type Context } from 'hono'
import { toAnswerLink } from '../http/page-assets.ts'
import type { StaticFiles } from '../http/static-files.ts'
import { visitor, type Env } from '../http/visitor.ts'

/** The pages of the app: the same program, told ahead what it will ask for. Without `staticFiles` there are none. */
export function createPageRoutes(staticFiles: StaticFiles | undefined) {
  const config = toAnswerLink('/api/config')
  const serve = async (c: Context, links: string[]) => (await staticFiles?.servePage(c, links)) ?? c.notFound()
  const app = new Hono<Env>()
  for (const path of ['/', '/p/:code', '/admin']) app.get(path, visitor, (c) => serve(c, [config]))
  return app.get('/r/:id', visitor, (c) => {
    const thread = toAnswerLink(`/api/runs/${encodeURIComponent(c.req.param('id'))}/thread`)
    return serve(c, [config, thread, ...(staticFiles?.assets.ahead.run ?? [])])
  })
}
