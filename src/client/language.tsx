import { createContext, use, useLayoutEffect, useState, type ReactNode } from 'react'
import { en, type Messages } from '../shared/messages/en.ts'
import { zh } from '../shared/messages/zh.ts'

export type Language = 'en' | 'zh-CN'
const catalogues: Record<Language, Messages> = { en, 'zh-CN': zh }
const storageKey = 'language'

const isLanguage = (value: string | null): value is Language => value === 'en' || value === 'zh-CN'

export function readLanguage(): Language {
  const stored = localStorage.getItem(storageKey)
  if (isLanguage(stored)) return stored
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

type Value = { language: Language; messages: Messages; setLanguage: (language: Language) => void }
const LanguageContext = createContext<Value>({ language: 'en', messages: en, setLanguage: () => {} })

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setState] = useState(readLanguage)
  useLayoutEffect(() => {
    document.documentElement.lang = language
  }, [language])
  const setLanguage = (next: Language) => {
    localStorage.setItem(storageKey, next)
    setState(next)
  }
  return <LanguageContext value={{ language, messages: catalogues[language], setLanguage }}>{children}</LanguageContext>
}

export const useLanguage = () => use(LanguageContext)
export const useMessages = () => use(LanguageContext).messages
