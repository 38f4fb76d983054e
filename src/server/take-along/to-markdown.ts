import { parseAnswer } from '../../shared/markdown/parse-answer.ts'
import { toDataUrl, toEndLine, toSourceLine, toThinkingLabel, type FilePlace, type FileRun } from './file-words.ts'

const closers = ['```', '~~~', '````', '$$', '\\]']
const probe = 'x7f3probe'

/** A model's text that ends within a fence or a formula would take the rest of the file along. */
function toClosed(text: string): string {
  const isClosed = (candidate: string) => {
    const last = parseAnswer(`${candidate}\n\n${probe}`).children.at(-1)
    return last?.type === 'paragraph' && last.children.length === 1 && last.children[0]?.type === 'text'
  }
  if (isClosed(text)) return text
  const closer = closers.find((each) => isClosed(`${text}\n${each}`))
  return closer === undefined ? text : `${text}\n${closer}`
}

/** Runs as Markdown with LaTeX; the pictures stand at the end, so that the text can be read as it is. */
export function toMarkdown(items: FileRun[], place: FilePlace): string {
  const { words, hasThinking } = place
  const parts: string[] = []
  const definitions: string[] = []
  for (const { run, pictures } of items) {
    parts.push(`## ${words.question}`, run.question)
    for (const picture of pictures) {
      const name = `picture-${definitions.length + 1}`
      parts.push(`![${words.picture(definitions.length + 1)}][${name}]`)
      definitions.push(`[${name}]: ${toDataUrl(picture)}`)
    }
    if (run.answerText.trim() !== '') parts.push(`## ${words.answer}`, toClosed(run.answerText.trim()))
    const end = toEndLine(run, words)
    if (end !== undefined) parts.push(`*${end}*`)
    if (hasThinking && run.thinkingText.trim() !== '') {
      parts.push(`## ${toThinkingLabel(run, words)}`, toClosed(run.thinkingText.trim()))
    }
    parts.push(`*${toSourceLine(run, place)}*`, '---')
  }
  return `${[...parts.slice(0, -1), ...definitions].join('\n\n')}\n`
}
