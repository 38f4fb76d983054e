import './older-browsers.ts'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { Messages } from '../shared/messages/en.ts'
import { configQuery } from './api/config-query.ts'
import { App } from './app.tsx'
import { LanguageProvider, loadMessages, readLanguage } from './i18n.tsx'
import { preparePage, waitFor } from './pages/pages.tsx'
import { takeOver } from './swap-served-page.ts'
import { onIdle } from './ui/on-idle.ts'
import { applyTheme, readTheme } from './ui/theme.ts'
import './styles.css'

// A server on this machine answers without any network: the browser's word on it is not asked.
const always = { networkMode: 'always' } as const
const queries = new QueryClient({ defaultOptions: { queries: always, mutations: always } })

/** So long the page stays empty at most for want of its content. */
const standInMs = 150
// Asked for together, before anything is drawn.
const config = queries.prefetchQuery(configQuery)
const ready = preparePage(location.pathname, queries)
applyTheme(readTheme())
const language = readLanguage()
const render = (messages: Messages) => (place: HTMLElement) =>
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <LanguageProvider start={{ language, messages }}>
          <App />
        </LanguageProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
const root = document.getElementById('root')
// No await here at the top: every chunk that shares code with this one would wait for it and stand apart.
const messages = loadMessages(language).catch(() => loadMessages('en'))
async function show(place: HTMLElement) {
  const renderPage = render(await messages)
  if ('served' in place.dataset) {
    // It is whole and can be read; what takes its place is drawn once.
    await Promise.all([config, ready?.whole])
    return await takeOver(place, renderPage)
  }
  // What is about to come need not be stood in for.
  await waitFor(Promise.all([config, ready?.page]), standInMs)
  renderPage(place)
}
if (root) void show(root)
// Under the development server modules change by the minute; nothing of it should stay.
if (import.meta.env.PROD)
  onIdle(() => void import('./share-target/register.ts').then(({ registerReceiver }) => registerReceiver()))
