import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { App } from './app.tsx'
import { LanguageProvider } from './language.tsx'
import { takeOver } from './take-over.ts'
import { applyTheme, readTheme } from './ui/theme.ts'
import './styles.css'

// A server on this machine answers without any network: the browser's word on it is not asked.
const always = { networkMode: 'always' } as const
const queries = new QueryClient({ defaultOptions: { queries: always, mutations: always } })

applyTheme(readTheme())
const render = (place: HTMLElement) =>
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <LanguageProvider>
          <App />
        </LanguageProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
const root = document.getElementById('root')
if (root?.hasChildNodes() === true) void takeOver(root, render)
else if (root) render(root)
