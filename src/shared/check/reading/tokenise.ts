import { spend } from '../work.ts'
import {
  commandSymbols,
  droppedCommands,
  functionNames,
  plainNames,
  textCommands,
  toPlainCharacters,
} from './characters.ts'

/** `start` and `end` are places in the text that was read. */
export type Token = {
  /**
   * `number`: digits; `letter`: one name; `function`: the name of a known function; `command`: another command of LaTeX;
   * `text`: words; `mark`: one sign, of which relations are `= ≠ < > ≤ ≥ ≈ ≡ ∈ ∉ ⊂ → ⇒ ∼`; `begin`, `end`: of an environment.
   */
  type: 'number' | 'letter' | 'function' | 'command' | 'text' | 'mark' | 'begin' | 'end'
  value: string
  start: number
  end: number
  /** Whether white space stands before it. */
  isSpaced: boolean
}

export type TokeniseOptions = {
  /** Text outside formulas: words are words, not products of letters. */
  isProse?: boolean
  /** `1,234` is two numbers. */
  hasCommaLists?: boolean
}

const maxTokens = 4_000

/** Spellings of two characters in plain text. */
const pairs = new Map(
  ['>=≥', '<=≤', '=>⇒', '===', '->→', '~=≈', '**^', '+-±'].map((entry) => [entry.slice(0, 2), entry.slice(2)]),
)
const numbers = {
  repeating: /^\d*\.\d*(?:\\overline\{\d+\}|\\bar\{?\d+\}?|\\dot\{?\d\}?(?:\d*\\dot\{?\d\}?)?)/,
  grouped: /^\d{1,3}(?:(?:\{,\}|\\[,!;:]|,\\!\s?| (?=\d{3}(?!\d)))\d{3})+(?!\d)(?:\.\d+)?/,
  thousands: /^\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?/,
  plain: /^(?:\d+(?:(?:\.|\{[,.]\})\d+)?|\.\d+)/,
}
const vulgar = '½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞'
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ'
const subscripts = '₀₁₂₃₄₅₆₇₈₉'
const units = /^(?:cm|mm|km|kg|ml|mL|dm|m|s|g|h|L|N|J|W|V|K|l)$/

/** In a sentence, two letters may still be a product. */
const products =
  /^(?!(?:of|is|in|at|to|by|on|or|so|we|he|it|as|an|be|do|if|no|up|us|me|my|go|am)$)[a-z]{2}$|^[A-Z]{2,3}$/

/** The argument of a command: what stands between its braces, which may nest. `end` is behind the last one. */
export function readBraces(text: string, at: number): { inner: string; start: number; end: number } | undefined {
  let start = at
  while (text[start] === ' ') start += 1
  if (text[start] !== '{') return undefined
  let depth = 0
  for (let end = start; end < text.length; end += 1) {
    spend(1)
    if (text[end] === '\\') end += 1
    else if (text[end] === '{') depth += 1
    else if (text[end] === '}') {
      depth -= 1
      if (depth === 0) return { inner: text.slice(start + 1, end), start: start + 1, end: end + 1 }
    }
  }
  return undefined
}

/**
 * The tokens of a formula or of plain text. What is unknown becomes a command or mark that no reader accepts, so that
 * nothing is passed over in silence. Undefined for a text that is too long.
 */
export function tokenise(source: string, options: TokeniseOptions = {}): Token[] | undefined {
  const tokens: Token[] = []
  read(toPlainCharacters(source), 0, options, tokens)
  return tokens.length > maxTokens ? undefined : tokens
}

function read(text: string, offset: number, options: TokeniseOptions, tokens: Token[]) {
  const { isProse = false, hasCommaLists = false } = options
  let at = 0
  let isSpaced = false
  /** Where a `\left` stands that belongs to the next sign. */
  let lead: number | undefined
  const push = (type: Token['type'], value: string, end: number) => {
    tokens.push({ type, value, start: offset + (lead ?? at), end: offset + end, isSpaced })
    lead = undefined
    isSpaced = false
    at = end
  }
  const skip = (end: number) => {
    isSpaced = true
    at = end
  }

  const readText = (inner: string, start: number, end: number) => {
    const words = inner.replace(/~|\\[ ,;:!]/g, ' ').trim()
    if (words === '') return skip(end)
    if (functionNames.has(words)) return push('function', words, end)
    const before = tokens.at(-1)
    const isUnit =
      units.test(words) &&
      text[end] !== '_' &&
      before !== undefined &&
      (before.type === 'number' || /[)}]/.test(before.value))
    if (!isUnit && /^[A-Za-zΑ-ω]$/.test(words)) return push('letter', words, end)
    if (!/^[-+]?[\d.$(]/.test(words)) return push('text', words, end)
    read(inner, offset + start, { isProse: true }, tokens)
    return skip(end)
  }

  const readCommand = () => {
    const name = /^[A-Za-z]+/.exec(text.slice(at + 1, at + 40))?.[0] ?? text[at + 1] ?? ''
    const end = at + 1 + name.length
    if (name === 'left' || name === 'right' || name === 'middle') {
      if (name === 'left') lead = at
      const empty = /^\s*\./.exec(text.slice(end, end + 4))
      return skip(end + (empty?.[0].length ?? 0))
    }
    const braces =
      /^(?:begin|end)$/.test(name) || textCommands.has(name) || droppedCommands.has(name)
        ? readBraces(text, end)
        : undefined
    if (name === 'begin' || name === 'end') {
      return braces ? push(name, braces.inner.replace('*', ''), braces.end) : push('command', name, end)
    }
    if (textCommands.has(name) && braces) return readText(braces.inner, braces.start, braces.end)
    const set =
      name === 'mathbb' ? 'ℝℤℕℚℂ'['RZNQC'.indexOf(text.slice(end).replace(/^[ {]*/, '')[0] ?? '?')] : undefined
    if (set !== undefined) return push('letter', set, readBraces(text, end)?.end ?? end + 1)
    const dropped = droppedCommands.get(name)
    if (dropped) return skip(dropped === 'argument' && braces ? braces.end : end)
    if (name === '\\') {
      const gap = /^\s*\[[^\]]{0,12}(?:pt|em|ex|mm|cm)\]/.exec(text.slice(end, end + 20))
      return push('mark', '\\\\', end + (gap?.[0].length ?? 0))
    }
    if (name === 'quad' || name === 'qquad') return push('mark', '␣', end)
    const known = commandSymbols.get(name)
    if (known !== undefined) return push(/^\p{L}$/u.test(known) ? 'letter' : 'mark', known, end)
    return push(functionNames.has(name) ? 'function' : 'command', name, end)
  }

  const endsNumber = () =>
    /^(?:number|text)$/.test(tokens.at(-1)?.type ?? '') || /^[)%]$/.test(tokens.at(-1)?.value ?? '')

  const readWord = (found: string) => {
    const end = at + found.length
    const small = found.toLowerCase()
    if (functionNames.has(small)) return push('function', small, end)
    if (/^(?:pct|percent)$/.test(small)) return push('mark', '%', end)
    const name = plainNames.get(small)
    if (name !== undefined) return push(/\p{L}/u.test(name) ? 'letter' : 'mark', name, end)
    // As in sinx and lnx.
    const glued = /^(arcsin|arccos|arctan|sin|cos|tan|cot|sqrt|ln|lg|log)(?=[xyz]$)/.exec(small)?.[0]
    if (glued !== undefined) return push('function', glued, at + glued.length)
    const isArticle =
      isProse &&
      /^[aAI]$/.test(found) &&
      /^ +[$\dA-Za-z]/.test(text.slice(end, end + 4)) &&
      !/^[-+×*÷/=^(]$/.test(tokens.at(-1)?.value ?? '')
    if (isArticle) return push('text', found, end)
    if (/^(?:or|and)$/.test(found) && (isSpaced || /^[)\]},]$/.test(tokens.at(-1)?.value ?? '')))
      return push('text', found, end)
    const isWord = isProse ? found.length > 1 && !products.test(found) : found.length > 3
    const isUnit = tokens.at(-1)?.type === 'number' && found.length > 1 && (isProse || units.test(found))
    if (isWord || isUnit) return push('text', found, end)
    // 3 x 4 is a product.
    if (isProse && /^[xX]$/.test(found) && endsNumber() && /^\s*[$(\d.]/.test(text.slice(end, end + 4)))
      return push('mark', '×', end)
    for (const letter of found) push('letter', letter, at + 1)
  }

  const readNumber = (rest: string) => {
    if (rest.startsWith('.') && /\d/.test(text[at - 1] ?? '')) return false
    const { repeating, grouped, thousands, plain } = numbers
    // In \log_6 216 the blank ends the subscript.
    const isScript = tokens.at(-1)?.value === '_' || tokens.at(-1)?.value === '^'
    const inGroups = isScript ? null : (grouped.exec(rest) ?? (hasCommaLists ? null : thousands.exec(rest)))
    const found = repeating.exec(rest) ?? inGroups ?? plain.exec(rest)
    // In a sentence, 0900 is a time and 007 a name.
    const isNumber = !isProse || !/^0\d/.test(found?.[0] ?? '')
    if (found) push(isNumber ? 'number' : 'mark', found[0], at + found[0].length)
    return found !== null
  }

  const readRaised = (char: string) => {
    const [signs, mark] = superscripts.includes(char) ? [superscripts, '^'] : [subscripts, '_']
    let end = at
    let inner = ''
    for (; signs.includes(text[end] ?? ' '); end += 1) inner += '0123456789+-n'[signs.indexOf(text[end] ?? '')] ?? ''
    const start = at
    const token = (type: Token['type'], value: string) =>
      tokens.push({ type, value, start: offset + start, end: offset + end, isSpaced: false })
    token('mark', mark)
    token('mark', '{')
    for (const part of inner.match(/\d+|./g) ?? [])
      token(/\d/.test(part) ? 'number' : part === 'n' ? 'letter' : 'mark', part)
    token('mark', '}')
    at = end
  }

  while (at < text.length && tokens.length <= maxTokens) {
    spend(2)
    const char = text[at] ?? ''
    const rest = text.slice(at, at + 60)
    const run =
      (isProse ? /^[A-Za-z]+(?:(?<=[a-z]{2})-[a-z]{2,})*/ : /^[A-Za-z]+/).exec(rest)?.[0] ??
      /^[\u3400-\u9fff\uf900-\ufaff]+/.exec(rest)?.[0]
    if (/[\s~]/.test(char) && !rest.startsWith('~=')) skip(at + 1)
    else if (char === '\\') readCommand()
    else if (/[.\d]/.test(char) && readNumber(rest)) continue
    else if (run !== undefined && char < '\u3000') readWord(run)
    else if (run !== undefined) push('text', run, at + run.length)
    else if (pairs.has(rest.slice(0, 2))) push('mark', pairs.get(rest.slice(0, 2)) ?? '', at + 2)
    else if (rest.startsWith('!=') && (isSpaced || tokens.length === 0)) push('mark', '≠', at + 2)
    else if (vulgar.includes(char)) push('number', char, at + 1)
    else if (superscripts.includes(char) || subscripts.includes(char)) readRaised(char)
    else {
      const sign = String.fromCodePoint(text.codePointAt(at) ?? 0)
      push(/^\p{L}$/u.test(sign) ? 'letter' : 'mark', sign, at + sign.length)
    }
  }
}
