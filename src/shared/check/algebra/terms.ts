import { spend } from '../work.ts'
import { toExact } from './exact.ts'
import { add, multiply, number, power, symbol, type Expression } from './expression.ts'
import * as Q from './rational.ts'
import type { Rational } from './rational.ts'

/** A polynomial in any letters, multiplied out: coefficients by their letters with powers, as `x^2*y`. */
export type Terms = ReadonlyMap<string, Rational>

const maxTerms = 120
const maxExponent = 24

function sum(a: Terms, b: Terms): Terms | undefined {
  const result = new Map(a)
  for (const [key, value] of b) {
    const total = Q.add(result.get(key) ?? Q.zero, value)
    if (!total) return undefined
    if (Q.isZero(total)) result.delete(key)
    else result.set(key, total)
  }
  return result.size > maxTerms ? undefined : result
}

function joinKeys(a: string, b: string): string | undefined {
  const powers = new Map<string, number>()
  for (const part of `${a}*${b}`.split('*')) {
    if (part === '') continue
    const at = part.lastIndexOf('^')
    powers.set(part.slice(0, at), (powers.get(part.slice(0, at)) ?? 0) + Number(part.slice(at + 1)))
  }
  const parts = [...powers].sort(([x], [y]) => (x < y ? -1 : 1))
  return parts.some(([, power]) => power > maxExponent)
    ? undefined
    : parts.map(([name, power]) => `${name}^${power}`).join('*')
}

function product(a: Terms, b: Terms): Terms | undefined {
  let result: Terms | undefined = new Map()
  spend(a.size * b.size * 4)
  for (const [x, left] of a) {
    for (const [y, right] of b) {
      const key = joinKeys(x, y)
      const value = Q.multiply(left, right)
      if (key === undefined || !value || !result) return undefined
      result = sum(result, new Map([[key, value]]))
    }
  }
  return result
}

/** Undefined for what is no polynomial with exact coefficients. */
export function toTerms(of: Expression): Terms | undefined {
  spend(1)
  switch (of.kind) {
    case 'number':
      return Q.isZero(of.value) ? new Map() : new Map([['', of.value]])
    case 'symbol':
      return new Map([[`${of.name}^1`, Q.one]])
    case 'add':
      return of.parts.map(toTerms).reduce((a, b) => a && b && sum(a, b))
    case 'multiply':
      return of.parts.map(toTerms).reduce((a, b) => a && b && product(a, b))
    case 'divide': {
      const top = toTerms(of.parts[0])
      const bottom = toExact(of.parts[1])
      const factor = bottom && Q.divide(Q.one, bottom)
      return top && factor && product(top, new Map([['', factor]]))
    }
    case 'power': {
      const base = toTerms(of.parts[0])
      const exponent = toExact(of.parts[1])
      if (!base || !exponent || !Q.isInteger(exponent) || exponent.n < 0n || exponent.n > BigInt(maxExponent))
        return undefined
      let result: Terms | undefined = new Map([['', Q.one]])
      for (let at = 0n; at < exponent.n && result; at += 1n) result = product(result, base)
      return result
    }
    default: {
      const value = toExact(of)
      return value && (Q.isZero(value) ? new Map() : new Map([['', value]]))
    }
  }
}

/** The sum that the terms are. */
export function fromTerms(terms: Terms): Expression {
  const toFactors = (key: string) =>
    key.split('*').flatMap((part) => {
      const at = part.lastIndexOf('^')
      return at === -1 ? [] : [power(symbol(part.slice(0, at)), number(BigInt(part.slice(at + 1))))]
    })
  return terms.size === 0
    ? number(0)
    : add(...[...terms].map(([key, value]) => multiply(number(value), ...toFactors(key))))
}

/** The terms of the first without those of the second. */
export const subtractTerms = (a: Terms, b: Terms): Terms | undefined =>
  sum(a, new Map([...b].map(([key, value]) => [key, Q.negate(value)])))
