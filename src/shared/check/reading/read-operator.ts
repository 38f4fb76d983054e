import * as E from '../algebra/expression.ts'
import type { Expression } from '../algebra/expression.ts'
import type { Reader } from './reader.ts'
import type { Token } from './tokenise.ts'

const isDifferentialSign = (token: Token | undefined) => token?.value === 'd' || token?.value === '∂'

/** `d`, `d^2`, `\partial`: the order, or undefined for other tokens. */
function toOrder(tokens: readonly Token[]): number | undefined {
  const [sign, caret, ...rest] = tokens
  if (!isDifferentialSign(sign)) return undefined
  if (!caret) return 1
  const order = rest.find(({ type }) => type === 'number')
  return caret.value === '^' && order && rest.every(({ value }) => /^[{}\d]+$/.test(value))
    ? Number(order.value)
    : undefined
}

/** Fractions, `d/dx` before what it is taken of, and `dy/dx`, which is one name. */
export function readQuotient(reader: Reader): Expression {
  reader.next()
  const start = reader.at
  if (reader.is('{')) {
    const top = reader.group()
    const below = reader.is('{') ? reader.group() : []
    const variable = below[1]
    if (isDifferentialSign(top[0]) && isDifferentialSign(below[0]) && variable?.type === 'letter') {
      const order = toOrder(top)
      const name = [...top, ...below].map(({ value }) => value).join('')
      if (order === undefined) return E.symbol(name)
      const body = reader.term()
      return order <= 4 ? { kind: 'derivative', parts: [body], variable: variable.value, order } : reader.fail()
    }
    reader.at = start
  }
  const top = reader.argument()
  return E.divide(top, reader.argument())
}

function readScripts(reader: Reader): Map<string, Expression> {
  const found = new Map<string, Expression>()
  while ((reader.is('_') || reader.is('^')) && found.size < 2) {
    const mark = reader.next().value
    const number = reader.peek()?.type === 'number' ? reader.whole([reader.next()]) : undefined
    found.set(mark, number ?? (reader.is('∞') ? reader.postfix() : reader.argument()))
  }
  return found
}

/** Where the `d` of the differential stands, not inside brackets. */
function findDifferential(reader: Reader): number | undefined {
  let nested = 0
  let depth = 0
  for (let at = reader.at; at < reader.tokens.length; at += 1) {
    const token = reader.tokens[at]
    if (!token) return undefined
    if (token.type === 'mark' && /^[({[⦃]$/.test(token.value)) depth += 1
    if (token.type === 'mark' && /^[)}\]⦄]$/.test(token.value)) depth -= 1
    if (depth < 0) return undefined
    if (depth > 0) continue
    if (token.value === '∫') nested += 1
    if (token.value === 'd' && token.type === 'letter' && reader.tokens[at + 1]?.type === 'letter') {
      if (nested === 0) return at
      nested -= 1
    }
  }
  return undefined
}

type Bounds = [] | [Expression, Expression]

/** `\int \frac{dx}{x}`: the differential stands above the line. */
function readOverDifferential(reader: Reader, bounds: Bounds): Expression {
  const token = reader.next()
  if (!/^[dt]?frac$/.test(token.value)) return reader.fail()
  const top = reader.group()
  const variable = top.at(-1)
  if (top.at(-2)?.value !== 'd' || variable?.type !== 'letter') return reader.fail()
  return reader.binding(variable.value, () => {
    const above = top.length === 2 ? E.number(1) : reader.whole(top.slice(0, -2))
    const body = E.divide(above, reader.argument())
    return { kind: 'integral', parts: [body, ...bounds], variable: variable.value }
  })
}

export function readIntegral(reader: Reader): Expression {
  reader.expect('∫')
  const scripts = readScripts(reader)
  const [from, to] = [scripts.get('_'), scripts.get('^')]
  if (scripts.size > 0 && (!from || !to)) return reader.fail()
  const bounds: Bounds = from && to ? [from, to] : []
  const at = findDifferential(reader)
  if (at === undefined) return readOverDifferential(reader, bounds)
  const variable = reader.tokens[at + 1]?.value ?? reader.fail()
  const inner = reader.tokens.slice(reader.at, at)
  reader.at = at + 2
  const body = reader.binding(variable, () => (inner.length === 0 ? E.number(1) : reader.whole(inner)))
  return { kind: 'integral', parts: [body, ...bounds], variable }
}

/** Sums and products over a whole number. */
export function readSeries(reader: Reader): Expression {
  const name = reader.next().value === '∑' ? 'sum' : 'product'
  reader.expect('_')
  const below = reader.group()
  const variable = below[0]?.value ?? reader.fail()
  if (below[1]?.value !== '=') return reader.fail()
  const from = reader.whole(below.slice(2))
  reader.expect('^')
  const to =
    reader.peek()?.type === 'number'
      ? reader.whole([reader.next()])
      : reader.is('∞')
        ? reader.postfix()
        : reader.argument()
  const body = reader.binding(variable, reader.term)
  return { kind: 'series', name, parts: [body, from, to], variable }
}

/** `\lim_{x \to 0^+}`. */
export function readLimit(reader: Reader): Expression {
  reader.next()
  reader.expect('_')
  const below = [...reader.group()]
  const variable = below[0]?.value ?? reader.fail()
  if (below[1]?.value !== '→') return reader.fail()
  const last = below.slice(-2).map(({ value }) => value)
  const braced = below
    .slice(-4)
    .map(({ value }) => value)
    .join('')
  let side: 'both' | 'above' | 'below' = 'both'
  if (/^\^\{[+-]\}$/.test(braced)) {
    side = braced.includes('+') ? 'above' : 'below'
    below.splice(-4)
  } else if (last[0] === '^' && /^[+-]$/.test(last[1] ?? '')) {
    side = last[1] === '+' ? 'above' : 'below'
    below.splice(-2)
  }
  const target = below.slice(2).filter(({ value }, at) => !(at === 0 && value === '+'))
  const to = reader.whole(target)
  const body = reader.binding(variable, reader.term)
  return { kind: 'limit', parts: [body, to], variable, side }
}
