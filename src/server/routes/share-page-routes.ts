import { Hono } from 'hono'
import { ProblemError } from '../../shared/problem.ts'
import type { ModelProvider } from '../ask/model-provider.ts'
import { readLanguage } from '../http/accepted-language.ts'
import type { PageAssets } from '../http/page-assets.ts'
import { createRenderCache } from '../shares/page/render-cache.ts'
import { toGoneHtml, toPageView, toShareHtml, type PageContext } from '../shares/page/share-html.ts'
import { TextWorkLimit, type TextWork } from '../text-workers/text-work.ts'
import type { Env } from '../http/visitor.ts'
import { sendBody, sizeOfBody, toBody, toTextBody, type Body } from '../http/compressed.ts'
import { publicOrigin, noIndex, type ShareDeps } from './share-routes.ts'

/** Stands in a drawn page for the address under which its visitor sees it; nobody can have this one. */
const unnamedBase = 'https://base.invalid'

/** The two properties that name it; a text has no quotes there. */
const named = /(<meta property="og:(?:url|image)" content=")https:\/\/base\.invalid\//g

function nameBase({ plain }: Body, base: string): Body {
  const html = Buffer.from(plain)
  const end = html.indexOf('</head>')
  const head = html
    .subarray(0, end)
    .toString('utf8')
    .replace(named, (_all, property: string) => `${property}${base}/`)
  return toBody(new Uint8Array(Buffer.concat([Buffer.from(head), html.subarray(end)])))
}

/** The page behind a link: readable as it comes, without any program. Gives no cookie. */
export function createSharePageRoutes(
  deps: ShareDeps & { assets: PageAssets; connection: () => ModelProvider; work: TextWork },
) {
  const keep = createRenderCache({ freshMs: 1_000, maxBytes: 32 * 1024 * 1024, sizeOf: sizeOfBody })
  /** The same pages with the address that the visitor used: that may be made up, so it is not drawn into them. */
  const keepNamed = createRenderCache({ freshMs: 1_000, maxBytes: 8 * 1024 * 1024, sizeOf: sizeOfBody })

  return new Hono<Env>().use('/:id', noIndex).get('/:id', async (c) => {
    const { mode, models } = deps.connection()
    const place: Omit<PageContext, 'label'> = {
      language: readLanguage(c),
      assets: deps.assets,
      base: unnamedBase,
      isDemo: mode === 'demo',
    }
    const opened = await deps.shares.read(c.req.param('id')).catch((error: unknown) => {
      if (error instanceof ProblemError && error.status === 404) return undefined
      throw error
    })
    if (!opened) return c.html(toGoneHtml(place), 404)
    const { view, owner } = opened
    const whole = { ...place, label: models.find(({ id }) => id === view.run.model)?.label ?? view.run.model }
    /** The text as it was written, where drawing it takes too long. */
    const toPlain = () => toTextBody(toShareHtml(toPageView(view), whole, 0))
    const make = async () => {
      const page = toPageView(view)
      try {
        return toBody(await deps.work.run('drawSharePage', { page, place: whole }, { owner, chars: page.chars }))
      } catch (error) {
        if (error instanceof TextWorkLimit && error.reason !== 'busy') return toPlain()
        throw error
      }
    }
    const variant = `${place.language} ${place.isDemo}`
    const drawn = await keep(view, variant, make).catch((error: unknown) => {
      if (error instanceof TextWorkLimit) return toPlain()
      throw error
    })
    const base = new URL(publicOrigin(c, deps.publicUrl)).origin
    const body = await keepNamed(view, `${variant} ${base} ${drawn.tag}`, async () => nameBase(drawn, base))
    return await sendBody(c, body, 'text/html; charset=utf-8')
  })
}
