import * as E from '../algebra/expression.ts'
import type { Expression } from '../algebra/expression.ts'
import { readPrimary } from './read-primary.ts'
import { parseNumber } from './read-number.ts'
import { ParseFailure, Reader, type Grammar } from './reader.ts'
import type { Token } from './tokenise.ts'

/** Words that are signs. */
const wordSigns = new Map(
  Object.entries({
    of: '×',
    times: '×',
    乘以: '×',
    乘: '×',
    plus: '+',
    加: '+',
    加上: '+',
    minus: '-',
    减: '-',
    减去: '-',
    除以: '÷',
    的: '×',
  }),
)
const maxTokens = 600

const toSign = (token: Token | undefined) =>
  token?.type === 'text' ? wordSigns.get(token.value.trim()) : token?.type === 'mark' ? token.value : undefined

/** Whether a factor can begin here without a sign before it. */
function isFactorNext(reader: Reader): boolean {
  const token = reader.peek()
  if (!token) return false
  switch (token.type) {
    case 'number':
      return false
    case 'text':
      return !wordSigns.has(token.value.trim())
    case 'begin':
      return true
    case 'end':
      return false
    case 'mark':
      return '([⦃{√∫∑∏⌊⌈∠△'.includes(token.value) || (token.value === '|' && reader.bars === 0)
    default:
      return true
  }
}

function expression(reader: Reader): Expression {
  const terms = [signed(reader, reader.term)]
  for (;;) {
    const sign = toSign(reader.peek())
    if (sign === '+' || sign === '-') {
      reader.next()
      const term = signed(reader, reader.term)
      terms.push(sign === '+' ? term : E.negate(term))
    } else if (sign === '±' || sign === '∓') {
      terms.push(signed(reader, reader.term))
    } else return E.add(...terms)
  }
}

/** Signs before what is read: any number of them, as in `2 + −8`. */
function signed(reader: Reader, read: () => Expression): Expression {
  if (reader.eat('+')) return signed(reader, read)
  if (reader.eat('-')) return E.negate(signed(reader, read))
  if (reader.eat('±')) return E.multiply(E.symbol('±'), signed(reader, read))
  if (reader.eat('∓')) return E.negate(E.multiply(E.symbol('±'), signed(reader, read)))
  return read()
}

function term(reader: Reader): Expression {
  let result = mixed(reader)
  for (;;) {
    const sign = toSign(reader.peek())
    if (sign === '×' || sign === '*') {
      reader.next()
      result = E.multiply(
        result,
        signed(reader, () => mixed(reader)),
      )
    } else if (sign === '/' || sign === '÷' || sign === ':') {
      if (sign === ':' && isClock(reader)) return reader.fail()
      reader.next()
      result = quotient(reader, result)
    } else if (isFactorNext(reader)) {
      const factor = reader.postfix()
      // Nothing is multiplied with a unit that way round: it was no unit, or something is missing between.
      if (endsInUnit(result) && factor.kind !== 'unit') return reader.fail()
      result = E.multiply(result, factor)
    } else return result
  }
}

/** `1/2x` is a half of x to some and one over 2x to others. */
function quotient(reader: Reader, top: Expression): Expression {
  const first = signed(reader, () => mixed(reader))
  const more: Expression[] = []
  while (isFactorNext(reader)) more.push(reader.postfix())
  const near = E.divide(top, first)
  // 28 / 1/5 is meant as 28 / (1/5) by those who write it.
  if (more.length === 0 && (reader.is('/') || reader.is('÷'))) {
    reader.next()
    const second = signed(reader, () => mixed(reader))
    return E.either('slash', E.divide(near, second), E.divide(top, E.divide(first, second)))
  }
  if (more.length === 0) return near
  const product = E.multiply(near, ...more)
  if (more.every((part) => part.kind === 'unit')) return product
  return E.either('slash', product, E.divide(top, E.multiply(first, ...more)))
}

const endsInUnit = (of: Expression) =>
  of.kind === 'unit' || (of.kind === 'multiply' && of.parts.at(-1)?.kind === 'unit')

/** `2:30` is a time of the day as often as a ratio. */
function isClock(reader: Reader): boolean {
  const [before, after] = [reader.peek(-1), reader.peek(1)]
  return /^\d{1,2}$/.test(before?.value ?? '') && /^\d\d$/.test(after?.value ?? '') && after?.isSpaced === false
}

const isWhole = (of: Expression) => of.kind === 'number' && of.value.d === 1n && of.places === undefined

/** `2¾`, also as `2\frac34` and `2 3/4`, which may be a product too. */
function mixed(reader: Reader): Expression {
  const whole = reader.postfix()
  if (!isWhole(whole)) return whole
  const fraction = reader.attempt(() => {
    const token = reader.peek()
    if (token?.type === 'number' && (token.isSpaced || !/\d/.test(token.value))) {
      const part = parseNumber(reader.next().value)
      if (!part || (part.kind === 'number' && part.value.d !== 1n)) return part
      reader.expect('/')
      const below = parseNumber(reader.next().value)
      return below && E.divide(part, below)
    }
    if (token?.type !== 'command' || !/^[dt]?frac$/.test(token.value)) return reader.fail()
    return reader.postfix()
  })
  if (!fraction) return whole
  if (fraction.kind === 'number') return E.add(whole, fraction)
  const isProper = fraction.kind === 'divide' && fraction.parts.every(isWhole)
  const product = E.multiply(whole, fraction)
  return isProper ? E.either('mixed', E.add(whole, fraction), product) : product
}

const degree = (of: Expression): Expression =>
  E.either('degree', E.multiply(of, E.divide({ kind: 'constant', name: 'pi' }, E.number(180))), of)

function raised(reader: Reader, base: Expression): Expression {
  if (reader.is('{') && reader.is('°', 1) && reader.is('}', 2)) {
    reader.at += 3
    return degree(base)
  }
  if (reader.eat('°')) return degree(base)
  if (reader.is("'") || (reader.is('{') && reader.is("'", 1))) return reader.fail()
  if (reader.is('{')) {
    const exponent = reader.whole(reader.group())
    return E.power(base, exponent)
  }
  const exponent = signed(reader, () => (reader.is('(') ? reader.postfix() : one(reader)))
  return E.power(base, exponent)
}

/** What a `^` without braces takes: a whole number, a letter or a command with its arguments. */
const one = (reader: Reader) =>
  reader.peek()?.type === 'number' ? (parseNumber(reader.next().value) ?? reader.fail()) : reader.argument()

function postfix(reader: Reader): Expression {
  let result = readPrimary(reader)
  for (;;) {
    if (reader.eat('^')) result = raised(reader, result)
    else if (reader.eat('!')) result = E.call('factorial', result)
    else if (reader.eat('%')) result = E.either('percent', E.divide(result, E.number(100)), result)
    else if (reader.eat('°')) result = degree(result)
    else if (reader.is("'") && result.kind !== 'symbol') {
      const variable = E.toBetweenVariable(result)
      if (variable === undefined) return reader.fail()
      reader.next()
      result = { kind: 'derivative', parts: [result], variable, order: 1 }
    } else return result
  }
}

const grammar: Grammar = { expression, term, postfix }

/** All of the tokens as one expression, or undefined: part of it is never taken for the whole. */
export function parseExpression(tokens: readonly Token[]): Expression | undefined {
  if (tokens.length === 0 || tokens.length > maxTokens) return undefined
  const reader = new Reader(tokens, grammar)
  try {
    const result = reader.expression()
    return reader.isAtEnd ? result : undefined
  } catch (error) {
    if (error instanceof ParseFailure) return undefined
    throw error
  }
}
