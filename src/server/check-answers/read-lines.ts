/** A line with its number from 1; no text where it is too long to be held. */
export type Line = { number: number; text: string | undefined }

const maxChars = 1_000_000

/** The lines of a stream of UTF-8, of which one at a time is held. */
export async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder()
  let rest = ''
  let isTooLong = false
  let number = 0
  for await (const bytes of source) {
    const parts = decoder.decode(bytes, { stream: true }).split('\n')
    for (const [at, part] of parts.entries()) {
      if (rest.length + part.length > maxChars) isTooLong = true
      rest = isTooLong ? '' : rest + part
      if (at === parts.length - 1) continue
      number += 1
      yield { number, text: isTooLong ? undefined : rest }
      rest = ''
      isTooLong = false
    }
  }
  rest += decoder.decode()
  if (rest !== '' || isTooLong) yield { number: number + 1, text: isTooLong ? undefined : rest }
}
