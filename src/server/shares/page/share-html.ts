import type { Media } from '../../../shared/media.ts'
import { escapeHtml as esc, toHtml, toPlainHtml } from '../../../shared/markdown/to-html.ts'
import { splitQuote } from '../../../shared/markdown/split-quote.ts'
import { toPlainText } from '../../../shared/markdown/to-plain-text.ts'
import { toShownSize } from '../../../shared/shown-size.ts'
import type { Messages } from '../../../shared/messages/en.ts'
import { questionClasses } from '../../../shared/question-classes.ts'
import { isEnded, type Run } from '../../../shared/run/run.ts'
import type { SharedView } from '../../../shared/share.ts'
import { messagesOf, type Language } from '../../messages-of.ts'
import { toFrame } from '../../page-frame.ts'
import { low, toAnswerLink, type PageAssets } from '../../http/page-assets.ts'

/** What stands behind this much text is sent as it was written; the page's own program draws it. */
const maxAnswerChars = 60_000
const maxThinkingChars = 12_000
const maxDrawnChars = 150_000
/** What stands behind this much text of all runs comes with the page's own program. */
const maxPageChars = 1_000_000

export type PageContext = {
  language: Language
  assets: PageAssets
  /** The address of the site, without a slash at its end. */
  base: string
  /** No model is connected: what is shown here was most likely written. */
  isDemo: boolean
  /** Of the run's model, as people know it. */
  label: string
}
/** A share as far as its page shows it. `cut`: the texts of these runs go on. `chars`: so much text there is. */
export type PageView = { view: SharedView; cut: string[]; chars: number }

/** The run that the link points at comes first, then what led to it from the start. */
export function toPageView(view: SharedView): PageView {
  const cut: string[] = []
  let left = maxPageChars
  const limit = (run: Run): Run => {
    const take = (text: string) => {
      const shown = text.length <= left ? text : text.slice(0, left).toWellFormed()
      left -= shown.length
      return shown
    }
    const [answerText, thinkingText] = [take(run.answerText), take(run.thinkingText)]
    if (answerText.length + thinkingText.length < run.answerText.length + run.thinkingText.length) cut.push(run.id)
    return { ...run, answerText, thinkingText }
  }
  const run = limit(view.run)
  const earlier = view.earlier.map(limit)
  return { view: { ...view, run, earlier }, cut, chars: maxPageChars - left }
}

const meta = (name: string, content: string) => `<meta name="${name}" content="${esc(content)}">`
const property = (name: string, content: string) => `<meta property="${name}" content="${esc(content)}">`

const spinner = '<span class="spin" aria-hidden="true"></span>'

function toDocument(
  { language, assets }: Omit<PageContext, 'label'>,
  title: string,
  head: string,
  content: string,
  ahead: string[] = [],
): string {
  const words = messagesOf(language)
  const footer = `<footer class="px-4 pb-4 text-center text-xs text-ink-soft sm:px-8">${esc(words.quiet)}</footer>`
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<title>${esc(title)}</title>
<meta name="robots" content="noindex, nofollow, noarchive">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="/favicon.svg">
${assets.styles.join('\n')}
${head}
</head>
<body>
<div id="root" data-served>${toFrame(words, content, footer)}</div>
${[...assets.scripts, ...ahead].join('\n')}
</body>
</html>
`
}

/** Draws texts as long as not too much has been drawn. */
function createToText(drawnChars: number) {
  let left = drawnChars
  return (text: string, maxChars: number): string => {
    const chars = Math.min(maxChars, left)
    left = Math.max(0, left - text.length)
    return `<div class="md">${chars === 0 ? toPlainHtml(text) : toHtml(text, chars)}</div>`
  }
}
type ToText = ReturnType<typeof createToText>

function toPictures(media: Media[], shareId: string, words: Messages): string {
  const items = media.map((item, index) => {
    const { id } = item
    const box = toShownSize(item)
    const size = box === undefined ? '' : ` width="${box.width}" height="${box.height}"`
    const url = `/api/shares/${shareId}/media/${encodeURIComponent(id)}`
    return `<li><a href="${url}" class="block overflow-hidden rounded-xl border border-line"><img src="${url}" alt="${esc(words.picture(index + 1))}"${size} class="h-auto max-h-44 max-w-full"></a></li>`
  })
  return items.length === 0 ? '' : `<ul class="flex flex-wrap gap-3">${items.join('')}</ul>`
}

function toEnding({ finish, answerText }: Run, words: Messages): string | undefined {
  const isEmpty = answerText === ''
  if (finish === 'stopped') return isEmpty ? words.noAnswerStopped : words.stopped
  if (finish === 'length') return isEmpty ? words.noAnswerLength : words.lengthEnd
  return isEmpty ? words.noAnswerStop : undefined
}

function toNotice(run: Run, words: Messages): string {
  if (run.error) {
    return `<div class="rounded-2xl border border-warn px-4 py-3 text-warn"><p>${esc(words.runErrors[run.error.code])}</p></div>`
  }
  const text = isEnded(run) ? toEnding(run, words) : words.shared.stillThinking
  return text === undefined ? '' : `<p class="rounded-2xl border border-line px-4 py-3 text-ink-soft">${esc(text)}</p>`
}

/** The answer comes before the thinking, which a wide page shows beside it. */
function toTurn(run: Run, isFirst: boolean, { view, cut }: PageView, words: Messages, toText: ToText): string {
  const heading = isFirst ? 'h1' : 'h2'
  const { quote, rest } = splitQuote(run.question)
  const quotation =
    quote === ''
      ? ''
      : `<blockquote class="mb-3 max-w-prose border-l-2 border-line pl-4 text-ink-soft">${toText(quote, maxThinkingChars)}</blockquote>`
  const question =
    rest === ''
      ? ''
      : `${quotation}<${heading} class="mb-4 max-w-prose whitespace-pre-wrap ${questionClasses(rest, isFirst)}">${esc(rest)}</${heading}>`
  const pictures = toPictures(run.media, view.id, words)
  const article =
    question === '' && pictures === ''
      ? ''
      : `<article aria-label="${esc(words.question)}">${question}${pictures}</article>`
  const imported = run.isImported ? `<p class="text-sm text-ink-soft">${esc(words.imported)}</p>` : ''
  const waiting =
    run.status === 'waiting'
      ? `<p class="flex items-center gap-3 text-ink-soft">${spinner}${esc(words.waiting)}</p>`
      : ''
  const answer =
    run.answerStartedAt === undefined
      ? ''
      : `<section aria-label="${esc(words.answer)}" class="min-w-0"><h2 class="mb-2 text-sm font-medium text-ink-soft">${esc(words.answer)}</h2><div class="text-lg leading-relaxed">${toText(run.answerText, maxAnswerChars)}</div></section>`
  const goesOn = cut.includes(run.id) ? `<p class="text-ink-soft">${esc(words.shared.goesOn)}</p>` : ''
  const body = `<div class="flex min-w-0 flex-col gap-5">${answer}${toNotice(run, words)}${goesOn}</div>`
  if (run.thinkingStartedAt === undefined) {
    return `<div class="flex min-w-0 flex-col gap-6">${article}${imported}${waiting}<div class="grid items-start gap-6">${body}</div></div>`
  }
  const until = run.answerStartedAt ?? run.endedAt
  const seconds = until === undefined ? undefined : Math.round((until - run.thinkingStartedAt) / 1000)
  const label = esc(seconds === undefined ? words.thinking : words.thoughtFor(words.seconds(seconds)))
  const name = `thinking-${run.id}`
  const jump = `<div class="rounded-2xl border border-line bg-paper-2/50 min-[900px]:hidden"><a href="#${name}" class="flex min-h-12 items-center py-2 pr-4 pl-10 text-sm font-medium">${label}</a></div>`
  const thinking = `<section id="${name}" aria-label="${esc(words.thinking)}" class="min-w-0 rounded-2xl border border-line bg-paper-2/50 min-[900px]:order-first"><h2 class="flex min-h-12 items-center px-4 py-2 pl-10 text-sm font-medium">${label}</h2><div class="thinking-body shared-thinking px-4 pb-3 text-[0.95rem] text-ink-soft" tabindex="0">${toText(run.thinkingText, maxThinkingChars)}</div></section>`
  return `<div class="flex min-w-0 flex-col gap-6">${article}${imported}${waiting}<div class="grid items-start gap-6 min-[900px]:grid-cols-[minmax(0,5fr)_minmax(0,6fr)] min-[900px]:gap-10">${run.answerStartedAt === undefined ? '' : jump}${body}${thinking}</div></div>`
}

/** Title and description of a share: made of what it shows and nothing else. */
export function toSummary({ run }: SharedView, words: Messages): { title: string; description: string } {
  const answer = toPlainText(run.answerText, 200)
  const title = run.question === '' ? '' : toPlainText(splitQuote(run.question).rest, 90)
  return {
    title: title || (isEnded(run) ? words.shared.titleAnswer : words.shared.titleLive),
    description: answer || (isEnded(run) ? words.shared.titleAnswer : words.shared.titleLive),
  }
}

/** The page of a share, to be read without any program. Of its texts `drawnChars` are drawn at most. */
export function toShareHtml(page: PageView, place: PageContext, drawnChars = maxDrawnChars): string {
  const { view } = page
  const { base, label, language, isDemo } = place
  const words = messagesOf(language)
  const toText = createToText(drawnChars)
  const { title, description } = toSummary(view, words)
  const runs = [...view.earlier, view.run]
  const turns = runs.map((run, index) => toTurn(run, index === 0, page, words, toText))
  const hasThinking = runs.some((run) => run.thinkingStartedAt !== undefined)
  const generated = isDemo ? words.shared.demo : words.shared.generated(label)
  const head = [
    meta('description', description),
    meta('generator', `${words.appName}; ${generated}`),
    property('og:type', 'article'),
    property('og:site_name', words.appName),
    property('og:title', title),
    property('og:description', description),
    property('og:locale', language === 'en' ? 'en_US' : 'zh_CN'),
    property('og:url', `${base}/s/${view.id}`),
    property('og:image', `${base}/api/shares/${view.id}/preview.png?v=${view.version}.${view.run.lastSeq}`),
    property('og:image:type', 'image/png'),
    property('og:image:width', '1200'),
    property('og:image:height', '630'),
    property('og:image:alt', title),
    meta('twitter:card', 'summary_large_image'),
  ].join('\n')
  const content = `<div class="shared-page mx-auto flex w-full grow flex-col gap-6 py-4 ${hasThinking ? 'max-w-7xl' : 'max-w-3xl'}"><p class="text-sm text-ink-soft">${esc(generated)}</p>${turns.join('')}</div>`
  const answers = ['/api/config', `/api/shares/${view.id}`].map((path) => toAnswerLink(path, low))
  const { share, chinese } = place.assets.ahead
  return toDocument(place, title, head, content, [...answers, ...(place.language === 'en' ? [] : chinese), ...share])
}

/** For a link that shows nothing any more. */
export function toGoneHtml(place: Omit<PageContext, 'label'>): string {
  const words = messagesOf(place.language)
  const content = `<div class="mx-auto my-16 max-w-xl"><h1 class="mb-3 font-serif text-3xl font-semibold">${esc(words.shared.gone)}</h1><p class="mb-6 text-lg text-ink-soft">${esc(words.shared.goneWhy)}</p><a href="/" class="button button-primary">${esc(words.shared.askOwn)}</a></div>`
  return toDocument(place, words.shared.gone, '', content)
}
