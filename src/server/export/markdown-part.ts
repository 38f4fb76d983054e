import type { Run } from '../../shared/run/run.ts'
import { messagesOf } from '../messages-of.ts'
import { toEndLine, toSourceLine, toThinkingLabel, type Drawing } from './file-messages.ts'
import { toFenced, toSafeMarkdown } from './to-safe-markdown.ts'

/** `names`: of its pictures, each with its number. `hasDefinitions`: somewhere in the file an address may be named. */
type Part = Drawing & { run: Run; names: { name: string; number: number }[]; hasDefinitions: boolean }

export function toMarkdownPart({ run, names, hasDefinitions, place, isPlain }: Part): string {
  const words = messagesOf(place.language)
  const toSafe = (text: string) => (isPlain ? toFenced(text) : toSafeMarkdown(text, hasDefinitions))
  const parts = [`## ${words.question}`, toSafe(run.question)]
  for (const { name, number } of names) parts.push(`![${words.picture(number)}][${name}]`)
  if (run.answerText.trim() !== '') parts.push(`## ${words.answer}`, toSafe(run.answerText))
  const end = toEndLine(run, words)
  if (end !== undefined) parts.push(`*${end}*`)
  if (place.hasThinking && run.thinkingText.trim() !== '') {
    parts.push(`## ${toThinkingLabel(run, words)}`, toSafe(run.thinkingText))
  }
  parts.push(`*${toSafeMarkdown(toSourceLine(run, place).replace(/\s+/g, ' '), hasDefinitions)}*`)
  return parts.join('\n\n')
}
