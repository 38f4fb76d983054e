import { Hono, type Context } from 'hono'
import { readLanguage } from '../http/accepted-language.ts'
import { toAnswerLink } from '../http/page-assets.ts'
import type { StaticFiles } from '../http/static-files.ts'
import { visitor, type Env } from '../http/visitor.ts'
import { messagesOf } from '../messages-of.ts'
import { toAskIntro, toFrame } from '../page-frame.ts'
import type { Messages } from '../../shared/messages/en.ts'

/** The pages of the app: the same program, told ahead what it will ask for. Without `staticFiles` there are none. */
export function createPageRoutes(staticFiles: StaticFiles | undefined) {
  const { run = [], chinese = [] } = staticFiles?.assets.ahead ?? {}
  async function serve(c: Context, toContent: (words: Messages) => string, links: string[] = []) {
    const language = readLanguage(c)
    const words = messagesOf(language)
    const ahead = [toAnswerLink('/api/config'), ...(language === 'en' ? [] : chinese), ...links]
    return (await staticFiles?.servePage(c, language, toFrame(words, toContent(words)), ahead)) ?? c.notFound()
  }
  return new Hono<Env>()
    .get('/', visitor, (c) => serve(c, toAskIntro))
    .get('/p/:code', visitor, (c) => serve(c, () => ''))
    .get('/admin', visitor, (c) => serve(c, () => ''))
    .get('/r/:id', visitor, (c) => {
      const thread = toAnswerLink(`/api/runs/${encodeURIComponent(c.req.param('id'))}/thread`)
      return serve(c, () => '', [thread, ...run])
    })
}
