import type { Context } from 'hono'
import type { Language } from '../messages-of.ts'

/** Chinese where the browser asks for it before English. */
export function readLanguage(c: Context): Language {
  const header = (c.req.header('accept-language') ?? '').toLowerCase()
  const [chinese, english] = [header.indexOf('zh'), header.indexOf('en')]
  return chinese !== -1 && (english === -1 || chinese < english) ? 'zh-CN' : 'en'
}
