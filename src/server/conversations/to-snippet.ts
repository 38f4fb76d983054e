const before = 30
const after = 90

/** A line around the first of the terms that is found, from the answer if it is there. */
export function toSnippet(text: { question: string; thinking: string; answer: string }, terms: string[]): string {
  for (const source of [text.answer, text.question, text.thinking]) {
    const lower = source.toLowerCase()
    for (const term of terms) {
      const at = lower.indexOf(term)
      if (at === -1) continue
      const from = Math.max(0, at - before)
      const line = source
        .slice(from, at + term.length + after)
        .replace(/\s+/g, ' ')
        .trim()
      return `${from > 0 ? '… ' : ''}${line.toWellFormed()}`
    }
  }
  return ''
}
