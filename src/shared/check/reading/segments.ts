import { spend } from '../work.ts'
import { readBraces } from './tokenise.ts'

/** A stretch of an answer: a formula without its delimiters, or the text between two. `start` is its place in the answer. */
export type Segment = { kind: 'formula' | 'prose'; text: string; start: number }

const fence = /^[ \t>]*(`{3,}|~{3,})[^\n]*$/gm
const price = /^[.\d][\d.,]*(?:\s*(?:[)\];?"'’”–—]|\*\*|[\u3000-\u9fff\uff01-\uff65])|\s+\(?[A-Za-z]{2}|\/[A-Za-z]{2})/
const sentence = /^[^\\]*[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}/

/** Code blocks as blanks, so that places in the text stay. */
function withoutCode(text: string): string {
  if (!/[`~]{3}/.test(text)) return text
  let result = ''
  let copied = 0
  let open: { mark: string; start: number } | undefined
  for (const match of text.matchAll(fence)) {
    const mark = match[1] ?? ''
    if (!open) open = { mark, start: match.index }
    else if (mark.startsWith(open.mark)) {
      const end = match.index + match[0].length
      result += text.slice(copied, open.start) + text.slice(open.start, end).replace(/[^\n]/g, ' ')
      copied = end
      open = undefined
    }
  }
  if (open) return result + text.slice(copied, open.start) + text.slice(open.start).replace(/[^\n]/g, ' ')
  return result + text.slice(copied)
}

type Found = { inner: [number, number]; end: number }

function until(text: string, at: number, open: string, close: string): Found | undefined {
  const end = text.indexOf(close, at + open.length)
  return end === -1 ? undefined : { inner: [at + open.length, end], end: end + close.length }
}

/** `$…$`: neither a price nor over a blank line. */
function inDollars(text: string, at: number): Found | undefined {
  if (text.startsWith('$$', at)) return until(text, at, '$$', '$$')
  for (let end = at + 1; end < text.length && end < at + 2_000; end += 1) {
    spend(1)
    const char = text[end]
    if (char === '\\') end += 1
    else if (char === '`' || (char === '\n' && /^\n[ \t]*\n/.test(text.slice(end, end + 40)))) return undefined
    else if (char === '$') {
      const body = text.slice(at + 1, end)
      const isLoose = /^\s|\s$/.test(body) && !/\\[a-zA-Z]/.test(body)
      if (body.trim() === '' || /\d/.test(text[end + 1] ?? '') || price.test(body) || sentence.test(body))
        return undefined
      if (isLoose && (!/^\s.*\s$/s.test(body) || /[A-Za-z]{2}/.test(body))) return undefined
      return { inner: [at + 1, end], end: end + 1 }
    }
  }
  return undefined
}

/** `\begin{…}` without delimiters around. */
function inEnvironment(text: string, at: number): Found | undefined {
  const name = /^\\begin\{([A-Za-z]+\*?)\}/.exec(text.slice(at, at + 40))?.[1]
  if (name === undefined) return undefined
  const close = `\\end{${name}}`
  const end = text.indexOf(close, at)
  return end === -1 ? undefined : { inner: [at, end + close.length], end: end + close.length }
}

function findFormula(text: string, at: number): Found | undefined {
  if (text[at] === '$') return inDollars(text, at)
  if (text.startsWith('\\(', at)) return until(text, at, '\\(', '\\)')
  if (text.startsWith('\\[', at)) return until(text, at, '\\[', '\\]')
  if (text.startsWith('\\begin{', at)) return inEnvironment(text, at)
  if (!text.startsWith('\\boxed', at)) return undefined
  const braces = readBraces(text, at + '\\boxed'.length)
  return braces && { inner: [at, braces.end], end: braces.end }
}

/** An answer as formulas and text in the order they are read. Code is left out. */
export function toSegments(answer: string): Segment[] {
  const text = withoutCode(answer)
  const segments: Segment[] = []
  let copied = 0
  const push = (kind: Segment['kind'], from: number, to: number) => {
    if (to > from) segments.push({ kind, text: text.slice(from, to), start: from })
  }
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (char !== '$' && char !== '\\') continue
    spend(1)
    const found = findFormula(text, at)
    if (found) {
      push('prose', copied, at)
      push('formula', ...found.inner)
      copied = found.end
      at = found.end - 1
    } else if (char === '\\') at += 1
    else if (text[at + 1] === '$') at += 1
  }
  push('prose', copied, text.length)
  return segments
}
