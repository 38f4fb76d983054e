import { escapeHtml as esc, toHtml, toPlainHtml } from '../../shared/markdown/to-html.ts'
import type { Run } from '../../shared/run/run.ts'
import { messagesOf } from '../messages-of.ts'
import { toEndLine, toSourceLine, toThinkingLabel, type Drawing } from './file-messages.ts'

/** Word knows a formula by its namespace. */
const toDrawn = (text: string): string =>
  toHtml(text).replace(/<math(?![^>]*xmlns)/g, '<math xmlns="http://www.w3.org/1998/Math/MathML"')

type Part = Drawing & { run: Run; isFirst: boolean }

/** What stands before the pictures of a run, and what behind them. */
export function toHtmlPart({ run, isFirst, place, isPlain }: Part): { before: string; after: string } {
  const words = messagesOf(place.language)
  const toText = isPlain ? toPlainHtml : toDrawn
  const heading = isFirst ? `<h1>${esc(run.question)}</h1>` : `<h2 class="question">${esc(run.question)}</h2>`
  const end = toEndLine(run, words)
  const thinking =
    place.hasThinking && run.thinkingText.trim() !== ''
      ? `<details><summary>${esc(toThinkingLabel(run, words))}</summary><div class="thinking">${toText(run.thinkingText)}</div></details>`
      : ''
  return {
    before: `<article id="run-${esc(run.id)}">\n${heading}\n`,
    after: `
<h2 class="label">${esc(words.answer)}</h2>
<div class="answer">${toText(run.answerText)}</div>
${end === undefined ? '' : `<p class="end">${esc(end)}</p>`}
${thinking}
<p class="source">${esc(toSourceLine(run, place))}</p>
</article>
`,
  }
}
