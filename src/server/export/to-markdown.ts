import { toDataUrl, toEndLine, toSourceLine, toThinkingLabel, type FilePlace, type FileRun } from './file-messages.ts'
import { toSafeMarkdown } from './to-safe-markdown.ts'

/** A label of its own for each picture, which no text can have taken. */
function toLabelStart(texts: string[]): string {
  let start = 'picture-'
  while (texts.some((text) => text.toLowerCase().includes(start))) start = `the-${start}`
  return start
}

/** Runs as Markdown with LaTeX; the pictures stand at the end, so that the text can be read as it is. */
export async function toMarkdown(items: FileRun[], place: FilePlace): Promise<string> {
  const { words, hasThinking } = place
  const parts: string[] = []
  const definitions: string[] = []
  const texts = items.flatMap(({ run }) => [run.question, run.answerText, run.thinkingText])
  const label = toLabelStart(texts)
  const hasDefinitions = texts.some((text) => text.includes(']:'))
  const toSafe = async (text: string) => await toSafeMarkdown(text, hasDefinitions)
  for (const { run, pictures } of items) {
    parts.push(`## ${words.question}`, await toSafe(run.question))
    for (const picture of pictures) {
      const name = `${label}${definitions.length + 1}`
      parts.push(`![${words.picture(definitions.length + 1)}][${name}]`)
      definitions.push(`[${name}]: ${toDataUrl(picture)}`)
    }
    if (run.answerText.trim() !== '') parts.push(`## ${words.answer}`, await toSafe(run.answerText))
    const end = toEndLine(run, words)
    if (end !== undefined) parts.push(`*${end}*`)
    if (hasThinking && run.thinkingText.trim() !== '') {
      parts.push(`## ${toThinkingLabel(run, words)}`, await toSafe(run.thinkingText))
    }
    parts.push(`*${await toSafe(toSourceLine(run, place).replace(/\s+/g, ' '))}*`, '---')
  }
  return `${[...parts.slice(0, -1), ...definitions].join('\n\n')}\n`
}
