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

/** Whole coefficients without a common factor: a positive multiple, with the same signs everywhere. */
function toWhole(p: Polynomial): bigint[] {
  const scale = p.reduce((all, { d }) => (all / Q.gcd(all, d)) * d, 1n)
  const whole = p.map(({ n, d }) => n * (scale / d))
  const common = whole.reduce(Q.gcd, 0n)
  return common === 0n ? whole : whole.map((c) => c / common)
}

/** The sign of the value: without fractions, as only that counts. */
function signAt(p: readonly bigint[], { n, d }: Rational): number {
  spend(p.length * 4)
  let power = 1n
  let sum = 0n
  for (let at = p.length - 1; at >= 0; at -= 1) {
    sum = sum * n + (p[at] ?? 0n) * power
    power *= d
  }
  return sum > 0n ? 1 : sum < 0n ? -1 : 0
}

function toSturm(p: Polynomial): bigint[][] {
  const chain = [p, derivative(p)]
  for (;;) {
    const [a, b] = [chain.at(-2), chain.at(-1)]
    if (!a || !b || b.length === 0) return chain.filter((part) => part.length > 0).map(toWhole)
    const { rest } = divideWithRest(a, b)
    // Only signs count: a positive factor keeps the numbers short.
    chain.push(toWhole(rest).map((c) => Q.fromInteger(-c)))
  }
}

/** How often the sign changes along the chain: each root up to a number takes one change away. */
function changesAt(chain: readonly bigint[][], x: Rational): number {
  const signs = chain.map((p) => signAt(p, x)).filter((sign) => sign !== 0)
  return signs.filter((sign, at) => at > 0 && sign !== signs[at - 1]).length
}

const half = (a: Rational, b: Rational) => sure(Q.toRational(a.n * b.d + b.n * a.d, a.d * b.d * 2n))

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
    if (depth > 60) throw new NotPolynomial()
    if (below - above === 1) {
      roots.push(bisect(chain[0] ?? [], from, to))
      return
    }
    const middle = half(from, to)
    const between = changesAt(chain, middle)
    split(from, middle, below, between, depth + 1)
    split(middle, to, between, above, depth + 1)
  }
  split(Q.negate(bound), bound, changesAt(chain, Q.negate(bound)), changesAt(chain, bound), 0)
  return roots
}

/** The one root in (from, to], to the last bit of a double. */
function bisect(p: readonly bigint[], from: Rational, to: Rational): number {
  let [low, high] = [from, to]
  const end = signAt(p, to)
  if (end === 0) return Q.toNumber(to)
  for (let step = 0; step < 80; step += 1) {
    const middle = half(low, high)
    const sign = signAt(p, middle)
    if (sign === 0) return Q.toNumber(middle)
    if (sign === end) high = middle
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
      return of.parts.map((term) => convert(term, variable)).reduce(plus)
    case 'multiply':
      return of.parts.map((factor) => convert(factor, variable)).reduce(times)
    case 'divide': {
      const bottom = convert(of.parts[1], variable)
      if (bottom.top.length === 0) throw new NotPolynomial()
      return times(convert(of.parts[0], variable), { top: bottom.bottom, bottom: bottom.top })
    }
    case 'power': {
      const exponent = sure(toExact(of.parts[1]))
      const base = convert(of.parts[0], variable)
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
