import { toSegments } from './segments.ts'
import { tokenise, type Token } from './tokenise.ts'

/** A problem's words and what stands between them, in the order they are read. */
type Parts = { words: string; formulas: { tokens: Token[]; source: string }[] }

const isSign = (token: Token | undefined) =>
  token?.type === 'number' || (token?.type === 'mark' && /^[$()%]$/.test(token.value))
const isEmpty = (token: Token) => token.type === 'mark' && /^[?_＿.:"“”□,]$/.test(token.value)

/** Without question marks, blanks to fill in and punctuation around. */
export function trim(tokens: readonly Token[]): Token[] {
  const last = tokens.findLastIndex((token) => !isEmpty(token))
  const first = tokens.findIndex((token) => !isEmpty(token))
  return first === -1 ? [] : tokens.slice(first, last + 1)
}

/** Text without delimiters: words are words, and what is between them are formulas. */
function splitWords(text: string, isProse: boolean): Parts {
  const tokens = tokenise(text, { isProse }) ?? []
  const words: string[] = []
  const runs: Token[][] = [[]]
  for (const [at, token] of tokens.entries()) {
    const isFactor = token.type === 'text' && token.value === 'of' && isSign(tokens[at - 1]) && isSign(tokens[at + 1])
    if (token.type === 'text' && !isFactor) {
      words.push(token.value)
      runs.push([])
    } else runs.at(-1)?.push(token)
  }
  return { words: words.join(' '), formulas: runs.flatMap((run) => toFormula(run, text)) }
}

function toFormula(run: readonly Token[], text: string): { tokens: Token[]; source: string }[] {
  const tokens = trim(run)
  return tokens.length === 0 ? [] : [{ tokens, source: text.slice(tokens[0]?.start, tokens.at(-1)?.end) }]
}

/** Splits a problem, with or without delimiters around its formulas. */
export function toProblemParts(question: string): Parts {
  const segments = toSegments(question)
  if (!/\$|\\[([]/.test(question) || !segments.some(({ kind }) => kind === 'formula'))
    return splitWords(question, !/\\[a-zA-Z]/.test(question.replace(/\\text\{[^}]*\}/g, '')))
  const words: string[] = []
  const formulas: Parts['formulas'] = []
  let isFactor = false
  for (const { kind, text } of segments) {
    // `$15\%$ of $80$`
    if (kind === 'prose' && text.trim() === 'of' && formulas.length > 0) isFactor = true
    else if (kind === 'prose') words.push(text)
    else {
      const { words: inner, formulas: found } = splitWords(text, false)
      words.push(inner)
      const [before, next] = [formulas.at(-1), found[0]]
      if (isFactor && before && next && found.length === 1) {
        const sign: Token = { type: 'text', value: 'of', start: 0, end: 0, isSpaced: true }
        formulas[formulas.length - 1] = {
          tokens: [...before.tokens, sign, ...next.tokens],
          source: `${before.source} \\times ${next.source}`,
        }
      } else formulas.push(...found)
      isFactor = false
    }
  }
  return { words: words.join(' '), formulas }
}
