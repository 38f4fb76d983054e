import * as C from './algebra/complex.ts'
import { evaluate } from './algebra/evaluate.ts'
import { toExact } from './algebra/exact.ts'
import { freeSymbols, mapParts, number, partsOf, some, substitute, type Expression } from './algebra/expression.ts'
import * as Q from './algebra/rational.ts'
import type { Rational } from './algebra/rational.ts'
import { compareExpressions, unknown, type Verdict } from './algebra/same.ts'
import { hasUnits, isMeasure, isUnitSymbol, withoutUnits, withUnits } from './algebra/units.ts'

/** Decimals that an answer itself has rounded to: what is computed with them is as inexact as they are. */
export type Rounded = ReadonlySet<string>

type Literal = { value: Rational; places: number }

/** A number as it is written down as a result: digits, with a sign, a power of ten or units at most. */
export function toLiteral(of: Expression): Literal | undefined {
  if (of.kind === 'number') return { value: of.value, places: of.places ?? (Q.isInteger(of.value) ? 0 : Infinity) }
  if (of.kind === 'divide') {
    const [above, below] = of.parts
    const top = toLiteral(above)
    if (below.kind === 'unit') return top
    const isPercent = below.kind === 'number' && below.value.n === 100n && below.value.d === 1n
    const value = top && isPercent ? Q.divide(top.value, Q.fromInteger(100)) : undefined
    return top && value && top.places !== Infinity ? { value, places: top.places + 2 } : undefined
  }
  if (of.kind !== 'multiply') return undefined
  let result: Literal | undefined
  let isNegative = false
  for (const [at, factor] of of.parts.entries()) {
    if (factor.kind === 'unit' || (factor.kind === 'symbol' && isUnitSymbol(factor.name))) continue
    const shift = toPowerOfTen(factor)
    if (at === 0 && isMinusOne(factor)) isNegative = true
    else if (result && shift !== undefined) result = scaled(result, shift)
    else if (!result) result = toLiteral(factor)
    else return undefined
    if (!result && !isNegative) return undefined
  }
  return result && isNegative ? { ...result, value: Q.negate(result.value) } : result
}

const isMinusOne = (of: Expression) =>
  of.kind === 'number' && of.value.n === -1n && of.value.d === 1n && of.places === undefined

function toPowerOfTen(of: Expression): number | undefined {
  const [base, raised] = of.kind === 'power' ? of.parts : []
  const exponent =
    base?.kind === 'number' && base.value.n === 10n && base.value.d === 1n && raised ? toExact(raised) : undefined
  return exponent && Q.isInteger(exponent) && exponent.n < 300n && exponent.n > -300n ? Number(exponent.n) : undefined
}

function scaled({ value, places }: Literal, shift: number): Literal | undefined {
  const by = Q.power(Q.fromInteger(10), BigInt(shift))
  const product = by && Q.multiply(value, by)
  return product && { value: product, places: places - shift }
}

/** How far off a value may be that was computed with decimals the answer had rounded before. */
function slack(of: Expression, rounded: Rounded, areAllRounded = false): number {
  let relative = 0
  some(of, (part) => {
    if (
      part.kind === 'number' &&
      part.places !== undefined &&
      part.value.n !== 0n &&
      ((areAllRounded && part.places > 1) || rounded.has(formatKey(part.value)))
    ) {
      relative += (0.6 * 10 ** -part.places) / Math.abs(Q.toNumber(part.value))
    }
    return false
  })
  return relative
}

export const formatKey = ({ n, d }: Rational) => `${n < 0n ? -n : n}/${d}`

/** Whether a written number is what the other side rounds to, or is cut off to. */
function isRounding(literal: Literal, other: Expression, relation: '=' | '≈', relativeSlack: number): boolean {
  const { value, places } = literal
  if (places === Infinity || Math.abs(places) > 300) return false
  const exact = toExact(other)
  const unit = 10 ** -places
  const approximate = exact ? C.real(Q.toNumber(exact)) : evaluate(other)
  if (!approximate || !C.isReal(approximate)) return false
  const gap = Math.abs(Q.toNumber(value) - approximate.re)
  const near = gap - relativeSlack * Math.abs(approximate.re) - approximate.err
  // A number that needs no rounding was not rounded.
  const needed = exact && decimalsOf(exact)
  if (relation === '=' && needed !== undefined && needed <= places && relativeSlack === 0) return false
  if (near <= unit * 0.5000001) return true
  const isCut = Math.trunc(approximate.re / unit) === Math.round(Q.toNumber(value) / unit)
  return (isCut && places > 0) || (relation === '≈' && near <= unit * 1.0000001 && places > 0)
}

/** Whether its decimals come to an end. */
const isTerminating = (of: Expression) => {
  const exact = toExact(of)
  return exact !== undefined && decimalsOf(exact) !== undefined
}

const decimalsOf = (value: Rational) => Q.decimalPlaces(value)

const piValues: Rational[] = [
  { n: 157n, d: 50n },
  { n: 22n, d: 7n },
  { n: 3927n, d: 1250n },
  { n: 3n, d: 1n },
  { n: 1571n, d: 500n },
]
const isPi = (of: Expression) => of.kind === 'constant' && of.name === 'pi'
const withPi = (of: Expression, value: Rational): Expression =>
  isPi(of) ? number(value) : mapParts(of, (part) => withPi(part, value))

const sides = (a: Expression, b: Expression, relation: '=' | '≈', rounded: Rounded) =>
  compareExpressions(a, b, (left, right) => {
    const verdict = compareExpressions(left, right)
    if (verdict.status !== 'different') return verdict
    for (const [shown, other] of [
      [right, left],
      [left, right],
    ] as const) {
      const literal = toLiteral(shown)
      if (literal && isRounding(literal, other, relation, slack(other, rounded))) return { status: 'same', points: 0 }
    }
    const isInexact = !isTerminating(left) || !isTerminating(right)
    const relativeSlack = [left, right].map((side) => slack(side, rounded, isInexact && !toLiteral(side)))
    if ((relation === '≈' || isInexact) && isNear(left, right, Math.max(...relativeSlack)))
      return { status: 'same', points: 0 }
    return verdict
  })

const countSigns = (of: Expression): number =>
  of.kind === 'symbol' && of.name === '±' ? 1 : partsOf(of).reduce((sum, part) => sum + countSigns(part), 0)

const withSign = (of: Expression, sign: 1 | -1) => substitute(of, new Map([['±', number(sign)]]))

/** With both signs of `±`: each value of one side has to be one of the other. */
function withSigns(a: Expression, b: Expression, compare: (a: Expression, b: Expression) => Verdict): Verdict {
  const names = freeSymbols(a, b)
  if (!names.includes('±')) return compare(a, b)
  if ([a, b].some((side) => countSigns(side) > 1)) return unknown
  const verdicts = [1, -1] as const
  const straight = verdicts.map((sign) => compare(withSign(a, sign), withSign(b, sign)))
  const crossed = verdicts.map((sign) => compare(withSign(a, sign), withSign(b, sign === 1 ? -1 : 1)))
  for (const both of [straight, crossed])
    if (both.every(({ status }) => status === 'same')) return { status: 'same', points: 0 }
  const isSure = [straight, crossed].every((both) => both.some(({ status }) => status === 'different'))
  return (isSure ? straight.find(({ status }) => status === 'different') : undefined) ?? unknown
}

function isNear(a: Expression, b: Expression, relativeSlack: number): boolean {
  const [left, right] = [evaluate(a), evaluate(b)]
  if (!left || !right) return false
  return C.size(C.subtract(left, right)) <= Math.max(C.size(left), C.size(right)) * (relativeSlack + 1e-9)
}

/**
 * Whether two sides without letters have the same value: in units or without them, rounded or not, with π as it is or as
 * school takes it.
 */
export function judgeNumbers(a: Expression, b: Expression, relation: '=' | '≈', rounded: Rounded): Verdict {
  const candidates: [Expression, Expression][] = []
  const isMeasured = hasUnits(a) || hasUnits(b)
  const [left, right] = isMeasured ? [withoutUnits(a), withoutUnits(b)] : [a, b]
  candidates.push([left, right])
  if (isMeasured) {
    // 1 + 2 dozen is often meant as three dozen.
    candidates.push([withoutUnits(a, true), withoutUnits(b, true)])
    const [x, y] = [withUnits(a), withUnits(b)]
    if (x && y) candidates.push([x, y])
  }
  if (some(a, isPi) !== some(b, isPi))
    for (const value of piValues) candidates.push([withPi(left, value), withPi(right, value)])
  let result: Verdict | undefined
  for (const [x, y] of candidates) {
    const verdict = withSigns(x, y, (u, v) => sides(u, v, relation, rounded))
    if (verdict.status === 'same') return verdict
    if (!result || (verdict.status === 'unknown' && freeSymbols(x, y).length === 0)) result = verdict
  }
  if (result?.status === 'different' && isMeasured && mayBeConversion(a, b, result)) return unknown
  return result ?? unknown
}

/** Factors between units that people leave out. */
const conversions = [
  7, 12, 24, 30, 31, 52, 60, 100, 365, 360, 1000, 3600, 16, 2000, 36, 20, 10, 4, 5, 25, 1440, 10_000, 1_000_000,
]
/** What doubling each unit makes of a value: the same for two of the same dimension. */
function toDimension(of: Expression, names: readonly string[]): string {
  const at = (doubled?: string) =>
    evaluate(of, new Map(names.map((name) => [name, C.real(name === doubled ? 2 : 1)])))?.re ?? NaN
  return names.map((name) => (at(name) / at()).toPrecision(6)).join()
}

/** Where units differ or stand on one side only, a plain factor between the numbers may be a change of units. */
function mayBeConversion(a: Expression, b: Expression, verdict: Verdict): boolean {
  const [x, y] = [withUnits(a), withUnits(b)]
  if (!x || !y) return true
  const [left = [], right = []] = [freeSymbols(x), freeSymbols(y)].map((names) => names.filter(isUnitSymbol))
  if (left.length > 0 && left.join() === right.join() && toDimension(x, left) === toDimension(y, left)) return false
  // Units of measure that do not match: something is left out.
  if (hasUnits(a) && hasUnits(b) && [...left, ...right].some(isMeasure)) return true
  if (![...left, ...right].some(isMeasure) && (left.length === 0 || right.length === 0)) return false
  if (verdict.status !== 'different' || !verdict.difference) return true
  const ratio = Math.abs(verdict.difference.left.re / verdict.difference.right.re)
  const isNearTo = (factor: number) => Math.abs(ratio / factor - 1) < 1e-9 || Math.abs(ratio * factor - 1) < 1e-9
  return conversions.some(isNearTo)
}
