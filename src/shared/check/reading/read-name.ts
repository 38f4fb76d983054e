import * as E from '../algebra/expression.ts'
import type { Expression } from '../algebra/expression.ts'
import { parseNumber } from './read-number.ts'
import type { Reader } from './reader.ts'
import { textOf } from './split-tokens.ts'
import type { Token } from './tokenise.ts'

/** Letters that name functions more often than numbers; the others times what is in brackets. */
const functionLetters = /^[fghFGHPDENTSVLRφψΦ]/

/** A subscript as part of a name: `x_1`, `a_{n+1}`, `S_{△ABC}`. */
function readSubscript(reader: Reader): string {
  const text = reader.is('{') ? textOf(reader.group()) : reader.next().value
  return text.replace(/^\((.*)\)$/, '$1')
}

/** Numbers or single letters: what a choice of k from n is written with. */
function toCount(reader: Reader, token: Token | undefined): Expression | undefined {
  if (token?.type === 'number' && /^\d+$/.test(token.value)) return parseNumber(token.value)
  return token?.type === 'letter' && /^[nmkr]$/.test(token.value) && !reader.is('(') ? E.symbol(token.value) : undefined
}

/** `C_5^2`, `A_{5}^{2}`, `C^2_5`. Undefined where it is a name with a power. */
function readChoice(reader: Reader, letter: string): Expression | undefined {
  return reader.attempt(() => {
    const counts: Record<string, Expression> = {}
    for (let step = 0; step < 2; step += 1) {
      const mark = reader.next().value
      const inner = reader.is('{') ? reader.group() : [reader.next()]
      const count = inner.length === 1 ? toCount(reader, inner[0]) : undefined
      if (!count || !/^[_^]$/.test(mark)) return reader.fail()
      counts[mark] = count
    }
    const [from, many] = [counts['_'], counts['^']]
    if (!from || !many) return reader.fail()
    if (from.kind === 'number' && many.kind === 'number' && from.value.n < many.value.n) return reader.fail()
    return E.call(letter === 'C' ? 'binomial' : 'permutations', from, many)
  })
}

function readAccent(reader: Reader): string {
  const accent = reader.next().value
  const tokens = reader.is('{') ? reader.group() : [reader.next()]
  return accent === 'mathcal' ? textOf(tokens) : `${accent}:${textOf(tokens)}`
}

/** `△ABC`, `∠A`, `∠1`: one name, whatever letters it has. */
function readFigure(reader: Reader): string {
  let name = reader.next().value
  while (
    /^(?:letter|number)$/.test(reader.peek()?.type ?? '') &&
    (reader.peek()?.isSpaced !== true || name.length === 1)
  )
    name += reader.next().value
  return name
}

function readArguments(reader: Reader): Expression[] | undefined {
  return reader.attempt(() => {
    reader.expect('(')
    const args: Expression[] = []
    do args.push(reader.expression())
    while (reader.eat(','))
    reader.expect(')')
    return args
  })
}

function readApplication(reader: Reader, name: string, isSure: boolean): Expression | undefined {
  const start = reader.at
  const args = readArguments(reader)
  if (!args) return undefined
  const [n, k] = args
  if (/^[CPA]$/.test(name) && args.length === 2 && n?.kind === 'number' && k?.kind === 'number') {
    return E.call(name === 'C' ? 'binomial' : 'permutations', n, k)
  }
  const applied: Expression = { kind: 'apply', name, parts: args }
  if (isSure || args.length > 1 || !n) return applied
  if (functionLetters.test(name)) return E.either('apply', applied, E.multiply(E.symbol(name), n))
  reader.at = start
  return undefined
}

/** A name: a letter with its accents, subscripts and primes, `e`, `i`, `π`, or a function that nothing is known of. */
export function readName(reader: Reader): Expression {
  const token = reader.peek()
  if (!token) return reader.fail()
  if (token.value === '∠' || token.value === '△') return E.symbol(readFigure(reader))
  const isAccent = token.type === 'command'
  let name = isAccent ? readAccent(reader) : reader.next().value
  if (/^[CAP]$/.test(name) && (reader.is('_') || reader.is('^'))) {
    const choice = readChoice(reader, name)
    if (choice) return choice
  }
  if (name === 'π' && !reader.is('_')) return { kind: 'constant', name: 'pi' }
  const isPlain = !isAccent && !reader.is('_') && !reader.is("'")
  if (isPlain && name === 'e' && !reader.bound.includes('e')) {
    return E.either('e', { kind: 'constant', name: 'e' }, E.symbol('e'))
  }
  if (isPlain && name === 'i' && !reader.bound.includes('i')) {
    return E.either('i', { kind: 'constant', name: 'i' }, E.symbol('i'))
  }
  if (reader.eat('_')) name += `_${readSubscript(reader)}`
  let isSure = false
  while (
    reader.is("'") ||
    (reader.is('^') && reader.is("'", 1)) ||
    (reader.is('^') && reader.is('{', 1) && reader.is("'", 2))
  ) {
    name += readPrimes(reader)
    isSure = true
  }
  if (reader.is('(') && !reader.bound.includes(name)) {
    const applied = readApplication(reader, name, isSure)
    if (applied) return applied
  }
  return E.symbol(name)
}

function readPrimes(reader: Reader): string {
  if (!reader.eat('^')) return reader.next().value
  return reader.is('{') ? textOf(reader.group()) : reader.next().value
}
