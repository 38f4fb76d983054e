import { en, type Messages } from '../shared/messages/en.ts'
import { zh } from '../shared/messages/zh.ts'

export type Language = 'en' | 'zh-CN'

/** What people read in this language. */
export const messagesOf = (language: Language): Messages => (language === 'en' ? en : zh)
