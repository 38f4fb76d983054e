import type { Run } from '../../../shared/run/run.ts'
import { messagesOf } from '../../messages-of.ts'
import { toEndLine, toSourceLine, toThinkingLabel, type Drawing } from '../file-messages.ts'
import { toTextParagraph, toWord } from './to-word.ts'

/** XML knows no other control characters, wherever they come from. */
export const toXmlText = (text: string) => text.toWellFormed().replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '')

type Part = Drawing & { run: Run; isFirst: boolean; linkStart: string; maxLinks: number }

/** XML of what stands before the pictures of a run, and of what behind them; `links`: where its links lead. */
export function toWordPart({ run, isFirst, linkStart, maxLinks, place, isPlain }: Part) {
  const words = messagesOf(place.language)
  const links: string[] = []
  const add = (url: string) => {
    if (links.length >= maxLinks) return undefined
    links.push(url)
    return `${linkStart}${links.length}`
  }
  const toText = (text: string) => (isPlain ? toTextParagraph(text) : toWord(text, { add }))
  const parts = [toTextParagraph(words.answer, 'Heading3'), toText(run.answerText)]
  const end = toEndLine(run, words)
  if (end !== undefined) parts.push(toTextParagraph(end))
  if (place.hasThinking && run.thinkingText.trim() !== '') {
    parts.push(toTextParagraph(toThinkingLabel(run, words), 'Heading3'), toText(run.thinkingText))
  }
  parts.push(toTextParagraph(toSourceLine(run, place)))
  const before = toTextParagraph(run.question, isFirst ? 'Heading1' : 'Heading2')
  return { before: toXmlText(before), after: toXmlText(parts.join('')), links }
}
