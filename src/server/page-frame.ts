import { escapeHtml as esc } from '../shared/markdown/to-html.ts'
import type { Messages } from '../shared/messages/en.ts'

const toHeader = (words: Messages) =>
  `<header class="flex flex-wrap items-center gap-x-2 gap-y-2 px-4 py-3 pt-[max(0.75rem,env(safe-area-inset-top))] sm:px-8"><a href="/" class="mr-auto flex min-h-10 items-center gap-2 font-serif text-lg sm:text-xl font-semibold tracking-tight"><img src="/favicon.svg" alt="" width="26" height="26">${esc(words.appName)}</a></header>`

/** Around what the server shows: the same elements as the app's own, so that nothing moves when it takes over. */
export const toFrame = (words: Messages, content: string, footer = '') => `<div class="flex min-h-dvh flex-col">
${toHeader(words)}
<main class="flex grow flex-col px-4 pb-[max(1.5rem,env(safe-area-inset-bottom))] sm:px-8">
${content}
</main>
${footer}
</div>`

/** What of the ask page needs no program, to be seen while that is on its way. */
export const toAskIntro = ({ tagline, intro }: Messages) =>
  `<div class="mx-auto w-full max-w-3xl py-6 sm:py-12"><h1 class="mb-4 font-serif text-4xl font-semibold tracking-tight text-balance sm:text-5xl">${esc(tagline)}</h1><p class="mb-6 max-w-prose text-lg text-ink-soft text-pretty">${esc(intro)}</p></div>`
