import { spend } from '../work.ts'
import { toExact } from './exact.ts'
import { freeSymbols, type Expression } from './expression.ts'
import * as Q from './rational.ts'
import type { Rational } from './rational.ts'

/** Coefficients from the constant upwards, without leading noughts; the empty list is nought. */
export type Polynomial = readonly Rational[]
export type Fraction = { readonly top: Polynomial; readonly bottom: Polynomial }

const maxDegree = 24
/** What cannot be written as a polynomial with exact coefficients ends the conversion. */
class NotPolynomial extends Error {}

function sure<T>(value: T | undefined): T {
  if (value === undefined) throw new NotPolynomial()
  return value
}

/** Gives undefined where `run` meets something that is no polynomial or whose numbers are too long. */
export function tryPolynomial<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof NotPolynomial) return undefined
    throw error
  }
}

const unit: Polynomial = [Q.one]
export const degree = (p: Polynomial) => p.length - 1
const lead = (p: Polynomial) => p.at(-1) ?? Q.zero

function trim(p: readonly Rational[]): Polynomial {
  let length = p.length
  while (length > 0 && p[length - 1]?.n === 0n) length -= 1
  return p.slice(0, length)
}

export function addPolynomials(a: Polynomial, b: Polynomial): Polynomial {
  spend(a.length + b.length)
  const length = Math.max(a.length, b.length)
  return trim(Array.from({ length }, (_, at) => sure(Q.add(a[at] ?? Q.zero, b[at] ?? Q.zero))))
}
const scale = (p: Polynomial, factor: Rational): Polynomial => trim(p.map((c) => sure(Q.multiply(c, factor))))
export const subtractPolynomials = (a: Polynomial, b: Polynomial) => addPolynomials(a, scale(b, Q.minusOne))

export function multiplyPolynomials(a: Polynomial, b: Polynomial): Polynomial {
  if (a.length + b.length - 2 > maxDegree) throw new NotPolynomial()
  spend(a.length * b.length)
  const result: Rational[] = Array.from({ length: Math.max(a.length + b.length - 1, 0) }, () => Q.zero)
  for (const [i, x] of a.entries()) {
    for (const [j, y] of b.entries()) result[i + j] = sure(Q.add(result[i + j] ?? Q.zero, sure(Q.multiply(x, y))))
  }
  return trim(result)
}

function divideWithRest(a: Polynomial, b: Polynomial): { quotient: Polynomial; rest: Polynomial } {
  if (b.length === 0) throw new NotPolynomial()
  let rest = a
  const quotient: Rational[] = Array.from({ length: Math.max(a.length - b.length + 1, 0) }, () => Q.zero)
  while (rest.length >= b.length) {
    const factor = sure(Q.divide(lead(rest), lead(b)))
    const shift = rest.length - b.length
    quotient[shift] = factor
    const moved = [...Array.from({ length: shift }, () => Q.zero), ...scale(b, factor)]
    rest = subtractPolynomials(rest, moved).slice(0, rest.length - 1)
    rest = trim(rest)
  }
  return { quotient: trim(quotient), rest }
}

const monic = (p: Polynomial) => (p.length === 0 ? p : scale(p, sure(Q.divide(Q.one, lead(p)))))

function commonDivisor(a: Polynomial, b: Polynomial): Polynomial {
  let [x, y] = [a, b]
  while (y.length > 0) [x, y] = [y, monic(divideWithRest(x, y).rest)]
  return monic(x)
}

const derivative = (p: Polynomial): Polynomial =>
  trim(p.slice(1).map((c, at) => sure(Q.multiply(c, Q.fromInteger(at + 1)))))

/** The same roots, each once. */
export function squareFree(p: Polynomial): Polynomial {
  const common = commonDivisor(p, derivative(p))
  return degree(common) < 1 ? p : divideWithRest(p, common).quotient
}

/** Without the roots that the other one has too. */
export function withoutRootsOf(p: Polynomial, other: Polynomial): Polynomial {
  let rest = p
  for (;;) {
    const common = commonDivisor(rest, other)
    if (degree(common) < 1) return rest
    rest = divideWithRest(rest, common).quotient
  }
}

export function valueAt(p: Polynomial, x: Rational): Rational {
  return p.reduceRight((sum, c) => sure(Q.add(sure(Q.multiply(sum, x)), c)), Q.zero)
}

function toSturm(p: Polynomial): Polynomial[] {
  const chain = [p, derivative(p)]
  for (;;) {
    const [a, b] = [chain.at(-2), chain.at(-1)]
    if (!a || !b || b.length === 0) return chain.filter((part) => part.length > 0)
    const { rest } = divideWithRest(a, b)
    // Only signs count: a positive factor keeps the numbers short.
    chain.push(rest.length === 0 ? rest : scale(rest, sure(Q.divide(Q.minusOne, Q.absolute(lead(rest))))))
  }
}

const changes = (signs: readonly bigint[]) => {
  const left = signs.filter((sign) => sign !== 0n)
  return left.filter((sign, at) => at > 0 && sign > 0n !== (left[at - 1] ?? 0n) > 0n).length
}
const changesAt = (chain: readonly Polynomial[], x: Rational) => changes(chain.map((p) => valueAt(p, x).n))

/** The real roots of a polynomial without double roots, as doubles, from the least to the greatest. */
export function realRoots(p: Polynomial): number[] {
  if (degree(p) < 1) return []
  const chain = toSturm(p)
  const largest = p.reduce((most, c) => Math.max(most, Math.abs(Q.toNumber(c) / Q.toNumber(lead(p)))), 0)
  if (!Number.isFinite(largest)) throw new NotPolynomial()
  const bound = Q.fromInteger(BigInt(Math.ceil(largest)) + 2n)
  const roots: number[] = []
  const split = (from: Rational, to: Rational, below: number, above: number, depth: number) => {
    if (below <= above) return
    if (below - above === 1 && depth > 8) {
      roots.push(bisect(p, from, to))
      return
    }
    if (depth > 60) throw new NotPolynomial()
    const middle = sure(Q.multiply(sure(Q.add(from, to)), { n: 1n, d: 2n }))
    const between = changesAt(chain, middle)
    split(from, middle, below, between, depth + 1)
    split(middle, to, between, above, depth + 1)
  }
  split(Q.negate(bound), bound, changesAt(chain, Q.negate(bound)), changesAt(chain, bound), 0)
  return roots
}

/** One root in (from, to], to the last bit of a double. */
function bisect(p: Polynomial, from: Rational, to: Rational): number {
  if (valueAt(p, to).n === 0n) return Q.toNumber(to)
  let [low, high] = [from, to]
  const isUp = valueAt(p, to).n > 0n
  for (let step = 0; step < 60; step += 1) {
    const middle = sure(Q.multiply(sure(Q.add(low, high)), { n: 1n, d: 2n }))
    const value = valueAt(p, middle).n
    if (value === 0n) return Q.toNumber(middle)
    if (value > 0n === isUp) high = middle
    else low = middle
  }
  return (Q.toNumber(low) + Q.toNumber(high)) / 2
}

function powerOf(p: Polynomial, exponent: number): Polynomial {
  if (degree(p) * exponent > maxDegree) throw new NotPolynomial()
  let result = unit
  for (let at = 0; at < exponent; at += 1) result = multiplyPolynomials(result, p)
  return result
}

const whole = (p: Polynomial): Fraction => ({ top: p, bottom: unit })
const plus = (a: Fraction, b: Fraction): Fraction =>
  a.bottom === b.bottom
    ? { top: addPolynomials(a.top, b.top), bottom: a.bottom }
    : {
        top: addPolynomials(multiplyPolynomials(a.top, b.bottom), multiplyPolynomials(b.top, a.bottom)),
        bottom: multiplyPolynomials(a.bottom, b.bottom),
      }
const times = (a: Fraction, b: Fraction): Fraction => ({
  top: multiplyPolynomials(a.top, b.top),
  bottom: a.bottom === unit && b.bottom === unit ? unit : multiplyPolynomials(a.bottom, b.bottom),
})

function convert(of: Expression, variable: string): Fraction {
  if (of.kind === 'symbol' && of.name === variable) return whole([Q.zero, Q.one])
  if (!freeSymbols(of).includes(variable)) return whole(trim([sure(toExact(of))]))
  switch (of.kind) {
    case 'add':
      return of.terms.map((term) => convert(term, variable)).reduce(plus)
    case 'multiply':
      return of.factors.map((factor) => convert(factor, variable)).reduce(times)
    case 'divide': {
      const bottom = convert(of.bottom, variable)
      if (bottom.top.length === 0) throw new NotPolynomial()
      return times(convert(of.top, variable), { top: bottom.bottom, bottom: bottom.top })
    }
    case 'power': {
      const exponent = sure(toExact(of.exponent))
      const base = convert(of.base, variable)
      if (!Q.isInteger(exponent) || exponent.n > 24n || exponent.n < -24n) throw new NotPolynomial()
      const count = Math.abs(Number(exponent.n))
      const raised = { top: powerOf(base.top, count), bottom: powerOf(base.bottom, count) }
      return exponent.n < 0n ? { top: raised.bottom, bottom: raised.top } : raised
    }
    default:
      throw new NotPolynomial()
  }
}

/** As one fraction of polynomials in the variable, not reduced: so no hole is lost. Undefined where it is none. */
export const toFraction = (of: Expression, variable: string): Fraction | undefined =>
  tryPolynomial(() => convert(of, variable))
