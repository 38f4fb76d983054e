import { Hono, type Context } from 'hono'
import { en } from '../../shared/messages/en.ts'
import { zh } from '../../shared/messages/zh.ts'
import { ProblemError } from '../../shared/problem.ts'
import type { Connection } from '../connection.ts'
import type { PageAssets } from '../page-assets.ts'
import { createKeeper } from '../shares/keep-made.ts'
import { toGoneHtml, toShareHtml, type Place } from '../shares/share-html.ts'
import type { Env } from '../visitors/visitor.ts'
import { sendBody, sizeOfBody, toTextBody } from './compressed.ts'
import { baseOf, unlisted, type ShareDeps } from './share-routes.ts'

/** Chinese where the browser asks for it before English. */
function readLanguage(c: Context): 'en' | 'zh-CN' {
  const header = (c.req.header('accept-language') ?? '').toLowerCase()
  const [chinese, english] = [header.indexOf('zh'), header.indexOf('en')]
  return chinese !== -1 && (english === -1 || chinese < english) ? 'zh-CN' : 'en'
}

/** The page behind a link: readable as it comes, without any program. Gives no cookie. */
export function createSharePageRoutes(deps: ShareDeps & { assets: PageAssets; connection: () => Connection }) {
  const keep = createKeeper({ freshMs: 1_000, maxBytes: 32 * 1024 * 1024, sizeOf: sizeOfBody })

  return new Hono<Env>().use('/:id', unlisted).get('/:id', async (c) => {
    const language = readLanguage(c)
    const place: Place = {
      language,
      words: language === 'en' ? en : zh,
      assets: deps.assets,
      base: new URL(baseOf(c, deps.publicUrl)).origin,
      isDemo: deps.connection().mode === 'demo',
      labelOf: (id) => deps.connection().models.find((model) => model.id === id)?.label ?? id,
    }
    try {
      const view = await deps.shares.readView(c.req.param('id'))
      const variant = `${language} ${place.base} ${place.isDemo}`
      const page = await keep(view, variant, async () => toTextBody(await toShareHtml(view, place)))
      return await sendBody(c, page, 'text/html; charset=utf-8')
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 404) throw error
      return c.html(toGoneHtml(place), 404)
    }
  })
}
