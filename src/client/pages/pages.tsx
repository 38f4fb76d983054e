import type { QueryClient } from '@tanstack/react-query'
import type { AroundNavHandler } from 'wouter'
import { preloadRichText } from '../markdown/rich-text.tsx'
import { threadQuery } from '../run/thread-query.ts'
import { sharedQuery } from '../share/shared-query.ts'
import { lazyPart } from '../ui/lazy-part.tsx'
import { PageLoading } from './page-loading.tsx'

export const RunPage = lazyPart(async () => (await import('./run-page.tsx')).RunPage, PageLoading)
export const SharePage = lazyPart(async () => (await import('./share-page.tsx')).SharePage, PageLoading)
export const PhonePage = lazyPart(async () => (await import('./phone-page.tsx')).PhonePage)
export const AdminPage = lazyPart(async () => (await import('./admin-page.tsx')).AdminPage)

/** What any run is shown with, for when one is asked for soon. */
export const preloadRunPage = () => Promise.allSettled([RunPage.preload(), preloadRichText()])

/**
 * Asks for all that the page at this address needs, its code, its data and the renderer of its text, at once: `page`
 * resolves when it can be shown, `whole` when no text in it is plain any more. `undefined` if there is nothing to wait
 * for. What fails is for the page itself to say.
 */
export function preparePage(path: string, queries: QueryClient) {
  const [, kind, id] = /^\/([rs])\/([\w-]+)(?:\?|$)/.exec(path) ?? []
  if (kind === undefined || id === undefined) return undefined
  const data = kind === 'r' ? queries.ensureQueryData(threadQuery(id)) : queries.ensureQueryData(sharedQuery(id))
  const page = Promise.allSettled([data, (kind === 'r' ? RunPage : SharePage).preload()])
  return { page, whole: Promise.allSettled([page, preloadRichText()]) }
}

/** Resolves with `ready`, or when it has been waited for long enough. */
export const waitFor = (ready: Promise<unknown>, timeoutMs: number) =>
  Promise.race([ready, new Promise((resolve) => setTimeout(resolve, timeoutMs))])

/** The page in view stays for so long while the next one comes; then what stands in for that one is shown. */
const patienceMs = 400

/** For the router's `aroundNav`: the next page takes the place of this one when it can be shown whole. */
export function createNavigation(queries: QueryClient): AroundNavHandler {
  let asked = 0
  return (navigate, to, options) => {
    const turn = ++asked
    const ready = preparePage(to, queries)?.whole
    if (!ready) return navigate(to, options)
    const { href } = location
    void waitFor(ready, patienceMs).then(() => {
      // Meanwhile the reader may have gone elsewhere.
      if (turn === asked && location.href === href) navigate(to, options)
    })
  }
}
