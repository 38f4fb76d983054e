import { spend } from '../work.ts'
import * as C from './complex.ts'
import type { Approx } from './complex.ts'
import { carryOut } from './differentiate.ts'
import { evaluate } from './evaluate.ts'
import { toExact } from './exact.ts'
import { choose, freeSymbols, openTags, some, toReadings, type Expression } from './expression.ts'
import { toMatrix } from './matrix.ts'
import * as Q from './rational.ts'
import { isComplex, isRealThroughout } from './real.ts'

/** Where two sides differ: a number for each name, and what the sides come to. */
export type Difference = { at: ReadonlyMap<string, Approx>; left: Approx; right: Approx }
export type Verdict =
  /** `points`: at how many points the sides were compared; none where both are exact numbers. */
  | { status: 'same'; points: number; isPositiveOnly?: boolean }
  | { status: 'different'; difference?: Difference }
  | { status: 'unknown' }

export const unknown: Verdict = { status: 'unknown' }
const pointCount = 36
const fewestPoints = 6

/** Whether two numbers are the same as far as doubles can tell. */
export function compareNumbers(a: Approx, b: Approx): 'same' | 'different' | 'unknown' {
  if (!C.isUsable(a) || !C.isUsable(b)) return 'unknown'
  const gap = C.size(C.subtract(a, b))
  const err = a.err + b.err
  const scale = Math.max(C.size(a), C.size(b))
  if (gap <= err * 30 + scale * 1e-13) return 'same'
  return gap > err * 1e3 && gap > scale * 1e-9 ? 'different' : 'unknown'
}

/** Small numbers that follow from the seed alone. */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const ranges = [
  [0.15, 0.95],
  [1.1, 3.2],
  [2.5, 12],
] as const

/** Names that only whole numbers make sense for: in factorials, bounds of sums, and powers of negative numbers. */
export function wholeNames(...all: readonly Expression[]): Set<string> {
  const names = new Set<string>()
  const take = (of: Expression) => {
    for (const name of freeSymbols(of)) names.add(name)
  }
  const visit = (part: Expression) => {
    if (part.kind === 'call' && /factorial|binomial|permutations|gcd|lcm|mod/.test(part.name)) take(part)
    if (part.kind === 'series') part.parts.slice(1).forEach(take)
    if (part.kind === 'power' && freeSymbols(part.parts[0]).length === 0) {
      const base = toExact(part.parts[0])
      if (base && base.n < 0n) take(part.parts[1])
    }
    return false
  }
  for (const of of all) some(of, visit)
  return names
}

/** Ready to be computed: no open choice, no derivative; undefined where that cannot be had. */
function prepare(of: Expression): Expression | undefined {
  return some(of, (part) => part.kind === 'derivative' || part.kind === 'between') ? carryOut(of) : of
}

function sameExactly(a: Expression, b: Expression, names: readonly string[], whole: ReadonlySet<string>): Verdict {
  const random = createRandom(7)
  let points = 0
  for (let at = 0; at < 16; at += 1) {
    const isPositive = at < 8
    const values = new Map(
      names.map((name) => {
        const top = BigInt(1 + Math.floor(random() * 19)) * (isPositive || whole.has(name) ? 1n : -1n)
        return [name, Q.toRational(top, whole.has(name) ? 1n : BigInt(1 + (at % 3))) ?? Q.one] as const
      }),
    )
    const left = toExact(a, values)
    const right = left && toExact(b, values)
    if (!left || !right) continue
    if (Q.equals(left, right)) {
      points += 1
      continue
    }
    const approximate = new Map([...values].map(([name, value]) => [name, C.real(Q.toNumber(value))]))
    const difference = { at: approximate, left: C.real(Q.toNumber(left)), right: C.real(Q.toNumber(right)) }
    if (isPositive || points < fewestPoints) return { status: 'different', difference }
    return { status: 'same', points, isPositiveOnly: true }
  }
  return points >= fewestPoints ? { status: 'same', points } : unknown
}

function sameAtPoints(a: Expression, b: Expression, names: readonly string[], whole: ReadonlySet<string>): Verdict {
  const random = createRandom(11)
  const sides = [a, b]
  const hasImaginary = sides.some(isComplex)
  let points = 0
  let positive = 0
  let difference: Difference | undefined
  for (let at = 0; at < pointCount; at += 1) {
    spend(8)
    const [low, high] = ranges[at % 3] ?? ranges[0]
    const isPositive = at < pointCount / 2
    const values = new Map(
      names.map((name) => {
        const magnitude = low + random() * (high - low)
        const value = whole.has(name) ? Math.ceil(magnitude) : magnitude
        const isTurned = !isPositive && !whole.has(name) && !name.startsWith('unit:') && random() < 0.6
        return [name, C.real(isTurned ? -value : value)] as const
      }),
    )
    const left = evaluate(a, values)
    const right = left && evaluate(b, values)
    const verdict = left && right ? compareNumbers(left, right) : 'unknown'
    if (verdict === 'different' && left && right) {
      // Logarithms and roots of negative numbers have several values: that two of them differ proves nothing.
      if (!hasImaginary && !sides.every((side) => isRealThroughout(side, values) === true)) continue
      if (isPositive) return { status: 'different', difference: { at: values, left, right } }
      difference ??= { at: values, left, right }
    }
    if (verdict === 'unknown') continue
    points += 1
    if (isPositive) positive += 1
  }
  if (difference)
    return positive >= fewestPoints
      ? { status: 'same', points: positive, isPositiveOnly: true }
      : { status: 'different', difference }
  return points >= fewestPoints ? { status: 'same', points } : unknown
}

function sameReading(first: Expression, second: Expression): Verdict {
  const [a, b] = [prepare(first), prepare(second)]
  if (!a || !b) return unknown
  const [left, right] = [toMatrix(a), toMatrix(b)]
  if (left || right) return left && right ? sameMatrices(left, right) : unknown
  const names = freeSymbols(a, b)
  if (names.length === 0) {
    const [x, y] = [toExact(a), toExact(b)]
    if (x && y && Q.equals(x, y)) return { status: 'same', points: 0 }
    const [u, v] = [x ? C.real(Q.toNumber(x)) : evaluate(a), y ? C.real(Q.toNumber(y)) : evaluate(b)]
    if (!u || !v) return unknown
    const difference: Difference = { at: new Map(), left: u, right: v }
    if (x && y) return { status: 'different', difference }
    const status = compareNumbers(u, v)
    return status === 'same' ? { status, points: 0 } : status === 'different' ? { status, difference } : unknown
  }
  const whole = wholeNames(a, b)
  const exact = sameExactly(a, b, names, whole)
  return exact.status === 'unknown' ? sameAtPoints(a, b, names, whole) : exact
}

function sameMatrices(a: readonly (readonly Expression[])[], b: readonly (readonly Expression[])[]): Verdict {
  if (a.length !== b.length || a.some((row, at) => row.length !== b[at]?.length)) return { status: 'different' }
  let points = 0
  let result: Verdict | undefined
  for (const [at, row] of a.entries()) {
    for (const [column, entry] of row.entries()) {
      const other = b[at]?.[column]
      const verdict = other ? sameReading(entry, other) : unknown
      if (verdict.status === 'different') return verdict
      if (verdict.status === 'unknown') result = unknown
      else points = Math.max(points, verdict.points)
    }
  }
  return result ?? { status: 'same', points }
}

/**
 * Whether two expressions always have the same value. Where they can be read in several ways, they are the same if they
 * are in one reading, and different only if they are in all.
 */
export function compareExpressions(a: Expression, b: Expression, compare = sameReading): Verdict {
  const tags = openTags(a, b)
  const readings = toReadings(tags)
  let result: Verdict | undefined
  for (const seconds of readings) {
    const verdict = compare(choose(a, seconds), choose(b, seconds))
    if (verdict.status === 'same') return verdict
    if (result === undefined || verdict.status === 'unknown') result = verdict
  }
  return result === undefined || (readings.length < 2 ** tags.length && result.status === 'different')
    ? unknown
    : result
}
