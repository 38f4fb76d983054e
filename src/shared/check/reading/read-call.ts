import * as E from '../algebra/expression.ts'
import type { Expression } from '../algebra/expression.ts'
import { determinantOf } from '../algebra/matrix.ts'
import type { Reader } from './reader.ts'

/** Other spellings of functions. */
const names = new Map(
  Object.entries({
    tg: 'tan',
    ctg: 'cot',
    cosec: 'csc',
    asin: 'arcsin',
    acos: 'arccos',
    atan: 'arctan',
    arctg: 'arctan',
    arcsinh: 'arsinh',
    arccosh: 'arcosh',
    arctanh: 'artanh',
  }),
)
const inverses = /^(?:sin|cos|tan|cot|sec|csc)$/
const closers: Record<string, string> = { '(': ')', '[': ']', '⦃': '⦄' }
const ten = E.number(10)

function toCall(name: string, of: Expression, base: Expression | undefined): Expression {
  switch (name) {
    case 'lg':
      return E.call('log', of, ten)
    case 'lb':
      return E.call('log', of, E.number(2))
    case 'log':
      if (base) return E.call('log', of, base)
      return E.either('log', E.call('log', of, ten), E.call('ln', of))
    case 'sqrt':
      return E.call('root', of, E.number(2))
    case 'cbrt':
      return E.call('root', of, E.number(3))
    case 'det':
      return determinantOf(of) ?? E.call('det', of)
    default:
      return E.call(names.get(name) ?? name, of)
  }
}

/** Whether an argument without brackets goes on: with names, numbers, roots and fractions, not with another function. */
function goesOn(reader: Reader): boolean {
  const token = reader.peek()
  if (!token) return false
  if (token.type === 'letter') return true
  if (token.type === 'command') return /^(?:[dt]?frac|sqrt|overline|bar)$/.test(token.value)
  if (token.type === 'function') return token.value === 'sqrt'
  // In \lg 2(x + 1) nobody knows where the argument ends.
  if (reader.is('(') && reader.peek(-1)?.type === 'number' && !token.isSpaced) return reader.fail()
  return (
    token.type === 'mark' && (token.value === '{' || token.value === '√' || (token.value === '|' && reader.bars === 0))
  )
}

function readProduct(reader: Reader): Expression {
  if (reader.eat('-')) return E.negate(readProduct(reader))
  let result = reader.postfix()
  const isNested = result.kind === 'call'
  while (!isNested && goesOn(reader)) result = E.multiply(result, reader.postfix())
  return result
}

const several = /^(?:max|min|gcd|lcm)$/

function readSeveral(reader: Reader, name: string): Expression {
  const open = reader.next().value
  const close = closers[open] ?? reader.fail()
  const args: Expression[] = []
  do args.push(reader.expression())
  while (reader.eat(','))
  reader.expect(close)
  return E.call(name, ...args)
}

/** `\sin^2 x`, `\log_2 8`, `sqrt(2)`, `\sin 2x\cos x`. */
export function readCall(reader: Reader): Expression {
  const name = reader.next().value
  if (several.test(name)) return readSeveral(reader, name)
  let base: Expression | undefined
  let exponent: Expression | undefined
  while (reader.is('_') || reader.is('^')) {
    const mark = reader.next().value
    if (mark === '_' ? base : exponent) return reader.fail()
    const part = reader.eat('-') ? E.negate(reader.argument()) : toScript(reader)
    if (mark === '_') base = part
    else exponent = part
  }
  if (base && name !== 'log') return reader.fail()
  const finish = (of: Expression): Expression => {
    const call = toCall(name, of, base)
    if (!exponent) return call
    const raised = E.power(call, exponent)
    const isInverse =
      exponent.kind === 'number' && exponent.value.n === -1n && exponent.value.d === 1n && inverses.test(name)
    return isInverse ? E.either('inverse', E.call(`arc${name}`, of), raised) : raised
  }
  const close = closers[reader.peek()?.value ?? '']
  if (close !== undefined && reader.peek()?.type === 'mark') {
    reader.next()
    const of = reader.inside(close)
    if (!reader.is('^') || exponent) return finish(of)
    reader.next()
    const outer = reader.eat('-') ? E.negate(reader.argument()) : toScript(reader)
    return E.either('call-power', E.power(finish(of), outer), finish(E.power(of, outer)))
  }
  const of = reader.is('{') ? reader.postfix() : readProduct(reader)
  if (!reader.is('/')) return finish(of)
  // sin π/6 is meant as sin(π/6) as often as not.
  reader.next()
  const below = reader.postfix()
  return E.either('reach', finish(E.divide(of, below)), E.divide(finish(of), below))
}

/** A subscript or exponent without braces takes a number whole. */
const toScript = (reader: Reader) =>
  reader.peek()?.type === 'number' ? reader.whole([reader.next()]) : reader.argument()

/** `\sqrt[3]{x}`, `√2`, `∛8`. */
export function readRoot(reader: Reader): Expression {
  const sign = reader.next().value
  if (sign !== 'sqrt') return E.call('root', reader.postfix(), E.number(sign === '∛' ? 3 : 2))
  let index: Expression = E.number(2)
  if (reader.eat('[')) index = reader.inside(']')
  const of = reader.eat('(') ? reader.inside(')') : reader.argument()
  return E.call('root', of, index)
}
