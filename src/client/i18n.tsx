import { createContext, use, useLayoutEffect, useState, type ReactNode } from 'react'
import { en, type Messages } from '../shared/messages/en.ts'
import { readStored, store } from './storage.ts'

export type Language = 'en' | 'zh-CN'
/** English is always there; the other comes when it is read. */
export const loadMessages = async (language: Language): Promise<Messages> =>
  language === 'en' ? en : (await import('../shared/messages/zh.ts')).zh
const storageKey = 'language'

const isLanguage = (value: string | undefined): value is Language => value === 'en' || value === 'zh-CN'

export function readLanguage(): Language {
  const stored = readStored(storageKey)
  if (isLanguage(stored)) return stored
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

/** `setLanguage` rejects where its words do not come: the language stays. */
type Value = { language: Language; messages: Messages; setLanguage: (language: Language) => Promise<void> }
const LanguageContext = createContext<Value>({ language: 'en', messages: en, setLanguage: async () => {} })

type Start = { language: Language; messages: Messages }

export function LanguageProvider({ start, children }: { start: Start; children: ReactNode }) {
  const [spoken, setSpoken] = useState(start)
  useLayoutEffect(() => {
    document.documentElement.lang = spoken.language
  }, [spoken])
  const setLanguage = async (language: Language) => {
    const messages = await loadMessages(language)
    store(storageKey, language)
    setSpoken({ language, messages })
  }
  return <LanguageContext value={{ ...spoken, setLanguage }}>{children}</LanguageContext>
}

export const useLanguage = () => use(LanguageContext)
export const useMessages = () => use(LanguageContext).messages
