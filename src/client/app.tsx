import { useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, Route, Router, Switch, useLocation } from 'wouter'
import { AccessDialog } from './access/access-dialog.tsx'
import { configQuery } from './api/config-query.ts'
import { HistoryDrawer } from './conversations/history-drawer.tsx'
import { useLanguage, type Language } from './i18n.tsx'
import { AskPage } from './pages/ask-page.tsx'
import { AdminPage, createNavigation, PhonePage, RunPage, SharePage } from './pages/pages.tsx'
import { InstallButton } from './share-target/install-button.tsx'
import { describeError } from './api/describe-error.ts'
import { HeaderSelect } from './ui/header-select.tsx'
import { MayFail } from './ui/error-boundary.tsx'
import { applyTheme, readTheme, themes, type Theme } from './ui/theme.ts'

const languages: [Language, string][] = [
  ['en', 'English'],
  ['zh-CN', '简体中文'],
]

function Header() {
  const { language, messages, setLanguage } = useLanguage()
  const [theme, setTheme] = useState(readTheme)
  const [hasNoWords, setNoWords] = useState(false)
  const themeNames: Record<Theme, string> = {
    auto: messages.themeAuto,
    light: messages.themeLight,
    dark: messages.themeDark,
  }
  return (
    <header className="flex flex-wrap items-center gap-x-2 gap-y-2 px-4 py-3 pt-[max(0.75rem,env(safe-area-inset-top))] sm:px-8">
      <Link
        href="/"
        className="mr-auto flex min-h-10 items-center gap-2 font-serif text-lg sm:text-xl font-semibold tracking-tight"
      >
        <img src="/favicon.svg" alt="" width="26" height="26" />
        {messages.appName}
      </Link>
      <HistoryDrawer />
      <HeaderSelect
        label={messages.theme}
        icon="M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18"
        value={theme}
        options={themes.map((name) => ({ value: name, label: themeNames[name] }))}
        onChange={(value) => {
          const next = themes.find((name) => name === value) ?? 'auto'
          applyTheme(next)
          setTheme(next)
        }}
      />
      <HeaderSelect
        label={messages.language}
        icon="M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18"
        value={language}
        options={languages.map(([value, label]) => ({ value, label, lang: value }))}
        onChange={(value) =>
          void setLanguage(value === 'zh-CN' ? 'zh-CN' : 'en').then(
            () => setNoWords(false),
            () => setNoWords(true),
          )
        }
      />
      {hasNoWords && (
        <p role="alert" className="w-full text-right text-sm text-warn">
          {messages.languageFailed}
        </p>
      )}
    </header>
  )
}

export function App() {
  const queries = useQueryClient()
  const [navigateWhenReady] = useState(() => createNavigation(queries))
  return (
    <Router aroundNav={navigateWhenReady}>
      <Page />
    </Router>
  )
}

function Page() {
  const { messages } = useLanguage()
  const [location] = useLocation()
  const config = useQuery(configQuery)
  return (
    <div className="flex min-h-dvh flex-col has-[[data-loading]]:[&>footer]:invisible">
      <Header />
      <main className="flex grow flex-col px-4 pb-[max(1.5rem,env(safe-area-inset-bottom))] sm:px-8">
        {config.error && (
          <p role="alert" className="mx-auto my-6 max-w-xl text-warn">
            {describeError(config.error, messages)}
          </p>
        )}
        {config.data && (
          <MayFail place={location}>
            <Switch>
              <Route path="/">
                <AskPage config={config.data} />
              </Route>
              <Route path="/r/:id">{({ id }) => <RunPage id={id} config={config.data} />}</Route>
              <Route path="/p/:code">{({ code }) => <PhonePage code={code} />}</Route>
              <Route path="/admin">
                <AdminPage />
              </Route>
              <Route path="/s/:id">{({ id }) => <SharePage key={id} id={id} config={config.data} />}</Route>
              <Route>
                <p className="mx-auto my-16 text-lg">{messages.pageNotFound}</p>
              </Route>
            </Switch>
          </MayFail>
        )}
      </main>
      <AccessDialog />
      {/* Not before the page: it would be pushed away. */}
      {!config.isPending && (
        <footer key={location} className="px-4 pb-4 text-center text-xs text-ink-soft sm:px-8">
          {messages.quiet} <InstallButton />
        </footer>
      )}
    </div>
  )
}
