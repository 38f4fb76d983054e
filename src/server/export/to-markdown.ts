import { createHash } from 'node:crypto'
import type { Draw } from './draw-texts.ts'
import { charsOf, toBase64, type FileItems, type FilePicture, type FilePlace } from './file-messages.ts'

/** What has to be known of all texts before the first is written: whether they define addresses, or speak of pictures. */
async function look(items: FileItems): Promise<{ hasDefinitions: boolean; label: string }> {
  let hasDefinitions = false
  let isTaken = false
  const hash = createHash('sha256')
  for await (const { run } of items()) {
    for (const text of [run.question, run.answerText, run.thinkingText]) {
      hasDefinitions ||= text.includes(']:')
      isTaken ||= /picture-/i.test(text)
      hash.update(text)
    }
  }
  // A label that no text can have taken: it would have to hold its own hash.
  return { hasDefinitions, label: isTaken ? `picture-${hash.digest('hex').slice(0, 24)}-` : 'picture-' }
}

/** Runs as Markdown with LaTeX; the pictures stand at the end, so that the text can be read as it is. */
export async function* toMarkdown(items: FileItems, place: FilePlace, draw: Draw): AsyncGenerator<string> {
  const { hasDefinitions, label } = await look(items)
  const pictures = new Map<string, { name: string; number: number; picture: FilePicture }>()
  let separator = ''
  for await (const { run, pictures: own } of items()) {
    const names = own.map((picture) => {
      const known = pictures.get(picture.id)
      const number = known?.number ?? pictures.size + 1
      const named = { name: `${label}${number}`, number }
      if (!known) pictures.set(picture.id, { ...named, picture })
      return named
    })
    yield separator + (await draw('toMarkdownPart', { run, names, hasDefinitions, place }, charsOf(run)))
    separator = '\n\n---\n\n'
  }
  for (const { name, picture } of pictures.values()) {
    yield `\n\n[${name}]: data:${picture.mime};base64,`
    yield* toBase64(await picture.read())
  }
  yield '\n'
}
