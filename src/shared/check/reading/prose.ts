import type { Chain } from './chains.ts'
import { toRelation, type Relation } from './split-tokens.ts'
import type { Token } from './tokenise.ts'

/** Words before a sum that belong to it, so that the sum alone says nothing: `twice 5 + 3`. */
const belonging =
  /(?:^|[\d%] |fraction |divided |multiplied )(?:of|by|and|to)$|(?:^| )(?:half|halves|twice|thrice|double|triple|doubled|tripled|times|minus|plus|than|over|percent|squared|cubed|less|thirds?|quarters?|fourths?|fifths?|tenths?|added|subtracted|remainder|base|mod|day|week|month|year|grade|step|number|page|level|room|house|team|question|problem|part|case|class|size|stage)(?: of)?$/i
const unitEnd =
  /^(?:times|already|up|down|off|out|in|of|per|for|and|so|to|from|that|which|each|on|at|by|as|or|but|because|since|if|when|than|with|more|less|left|is|are|was|will|he|she|it|they|the|a|an|every)$/i
const maxUnitWords = 4

const isWord = (token: Token | undefined) => token?.type === 'text'
const endsFactor = (token: Token | undefined) =>
  token !== undefined && (token.type === 'number' || token.value === ')' || token.value === '%')
const isSign = (token: Token | undefined) => token?.type === 'mark' && /^[-+×*÷/^]$/.test(token.value)
const isPart = (token: Token | undefined) =>
  token?.type === 'number' || isSign(token) || (token?.type === 'mark' && /^[()%$€£¥]$/.test(token.value))

/** Where the sum before a relation begins: as far back as numbers, signs and the words of units reach. */
function findStart(tokens: readonly Token[], end: number): number | undefined {
  let at = end
  for (;;) {
    if (isPart(tokens[at - 1])) at -= 1
    else {
      let words = 0
      while (isWord(tokens[at - 1 - words]) && !unitEnd.test(tokens[at - 1 - words]?.value ?? '')) words += 1
      const isUnit = endsFactor(tokens[at - 1 - words]) || tokens[at - 1 - words]?.value === '/'
      // A word and then a number: the word was no unit.
      const goesOn = at === end || isSign(tokens[at]) || tokens[at]?.value === ')'
      if (words === 0 || words > maxUnitWords || !isUnit || !goesOn) break
      at -= words
    }
  }
  const [before, first, second] = [tokens[at - 1], tokens[at], tokens[at + 1]]
  // Behind a word, a sign that is spaced goes on with something that is not known.
  if (at === end || (isSign(first) && (first?.value !== '-' || second?.isSpaced !== false))) return undefined
  if (!before) return at
  if (first?.isSpaced === false) return undefined
  if (before.type === 'text') {
    return belonging.test(`${tokens[at - 2]?.value ?? ''} ${before.value}`.trim()) ? undefined : at
  }
  return before.type === 'mark' && /^[,.:;⇒"]$/.test(before.value) && !isSign(tokens[at - 2]) ? at : undefined
}

const isNumberNext = (token: Token | undefined) => token?.type === 'number' || token?.value === '('

/** Where the sum behind a relation ends, with the words of its units; its start where that is not plain. */
function findEnd(tokens: readonly Token[], start: number): number {
  let at = start
  for (;;) {
    while (isPart(tokens[at])) at += 1
    let words = 0
    while (at > start && words < maxUnitWords && isWord(tokens[at]) && !unitEnd.test(tokens[at]?.value ?? '')) {
      at += 1
      words += 1
    }
    if (words === 0 || !isSign(tokens[at])) break
  }
  const [next, second] = [tokens[at], tokens[at + 1]]
  // 3x is not 3, 5 and 2/3 not 5, and 8.333… not 8.333.
  const goesOn =
    (next?.type === 'letter' && !next.isSpaced) || isNumberNext(next) || (next?.value === 'and' && isNumberNext(second))
  return goesOn || next?.value === '…' || (next?.value === '.' && second?.value === '.') ? start : at
}

/** Words in a row as one. */
function joined(tokens: readonly Token[]): Token[] {
  const result: Token[] = []
  for (const token of tokens) {
    const before = result.at(-1)
    if (token.type === 'text' && before?.type === 'text' && !/^(?:of|times)$/.test(token.value)) {
      result[result.length - 1] = { ...before, value: `${before.value} ${token.value}`, end: token.end }
    } else result.push(token)
  }
  return result
}

/** Sums in a sentence, as `5 apples + 3 apples = 8 apples`, where it is plain where they begin and end. */
export function toProseChains(tokens: readonly Token[]): Chain[] {
  const chains: Chain[] = []
  const places = [...tokens.keys()].filter((at) => /^[=≈]$/.test(toRelation(tokens[at]) ?? ''))
  for (let first = 0; first < places.length;) {
    let last = first
    const at = (index: number) => places[index] ?? tokens.length
    while (last + 1 < places.length && at(last + 1) - at(last) < 40 && findEnd(tokens, at(last) + 1) === at(last + 1))
      last += 1
    const start = findStart(tokens, at(first))
    const end = findEnd(tokens, at(last) + 1)
    // Without its beginning, a chain is good from its second side on.
    if (start === undefined) first += 1
    if (first <= last && end > at(last) + 1) {
      const edges = [(start ?? at(first - 1) + 1) - 1, ...places.slice(first, last + 1), end]
      chains.push({
        sides: edges.slice(1).map((edge, index) => joined(tokens.slice((edges[index] ?? 0) + 1, edge))),
        relations: places.slice(first, last + 1).map((place) => toRelation(tokens[place]) as Relation),
        tokens: tokens.slice((edges[0] ?? 0) + 1, end),
        begin: 'line',
      })
    }
    first = last + 1
  }
  return chains
}
