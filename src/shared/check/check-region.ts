import * as C from './algebra/complex.ts'
import { evaluate } from './algebra/evaluate.ts'
import { choose, some, subtract, type Expression } from './algebra/expression.ts'
import { realRoots, squareFree, toFraction, tryPolynomial } from './algebra/polynomial.ts'
import { hasPole, toReal } from './algebra/real.ts'
import { findRoots } from './algebra/roots.ts'
import { unknown, type Outcome } from './outcome.ts'
import type { Condition, Problem } from './problem.ts'
import type { Interval, Value } from './reading/value.ts'

type Solve = Extract<Problem, { kind: 'solve' }>
const near = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a))

/** Where an inequality may change: roots and poles, all of them where it comes down to a polynomial. */
function toEdges(gap: Expression, name: string): { edges: number[]; isExact: boolean } {
  const fraction = toFraction(gap, name)
  const exact =
    fraction &&
    tryPolynomial(() => [fraction.top, fraction.bottom].flatMap((p) => (p.length > 1 ? realRoots(squareFree(p)) : [])))
  if (exact) return { edges: exact, isExact: true }
  const f = (x: number) => toReal(gap, new Map([[name, C.real(x)]]))
  return { edges: findRoots(f, { from: -Infinity, to: Infinity }), isExact: false }
}

/** Whether a condition holds at a number, which may be a root of it. */
function holdsAt({ left, right, relation }: Condition, name: string, x: number): boolean | undefined {
  const values = new Map([[name, C.real(x, Math.abs(x) * 1e-12)]])
  const [a, b] = [toReal(left, values), toReal(right, values)]
  if (a === undefined || b === undefined) {
    const isOut = [left, right].some(
      (side) => hasPole(side, values) || (evaluate(side, values) !== undefined && toReal(side, values) === undefined),
    )
    return isOut ? false : undefined
  }
  const gap = a - b
  const exact = evaluate(subtract(left, right), values)
  const isEqual = exact !== undefined && C.size(exact) <= exact.err * 1e3
  if (relation === '=' || relation === '≠') return isEqual === (relation === '=')
  if (isEqual) return relation === '≤' || relation === '≥'
  return relation === '<' || relation === '≤' ? gap < 0 : gap > 0
}

function isIn(x: number, pieces: readonly Ends[]): boolean {
  return pieces.some(
    ({ from, to, hasFrom, hasTo }) => (near(x, from) ? hasFrom : x > from) && (near(x, to) ? hasTo : x < to),
  )
}

type Ends = { from: number; to: number; hasFrom: boolean; hasTo: boolean }

function toEnds({ from, to, hasFrom, hasTo }: Interval): Ends | undefined {
  const [low, high] = [from, to].map((end) => end && evaluate(choose(end, new Set())))
  if ((from && (!low || !C.isReal(low))) || (to && (!high || !C.isReal(high)))) return undefined
  return { from: low?.re ?? -Infinity, to: high?.re ?? Infinity, hasFrom, hasTo }
}

/** The pieces of the line that an answer names. A point of two numbers is an interval here. */
function toPieces(value: Value): readonly Interval[] | undefined {
  if (value.kind === 'region') return value.pieces
  if (value.kind === 'everything') return [{ hasFrom: false, hasTo: false }]
  if (value.kind === 'empty') return []
  const [from, to] = value.kind === 'tuple' ? value.items : []
  return from?.kind === 'expression' && to?.kind === 'expression' && value.kind === 'tuple' && value.items.length === 2
    ? [{ from: from.expression, to: to.expression, hasFrom: false, hasTo: false }]
    : undefined
}

/** Whether a part of the line is where an inequality holds: tried at every edge, between them and beyond. */
export function checkRegion(problem: Solve, value: Value): Outcome {
  const [name, ...others] = problem.unknowns
  const pieces = toPieces(value)
  if (name === undefined || others.length > 0 || !pieces || problem.within) return unknown('answer-does-not-match')
  if (value.kind === 'region' && value.name !== undefined && value.name !== name)
    return unknown('answer-does-not-match')
  const ends = pieces.map(toEnds)
  if (!ends.every((end) => end !== undefined)) return unknown('not-decided')
  const conditions = problem.conditions.map((condition) => ({
    ...condition,
    left: choose(condition.left, new Set()),
    right: choose(condition.right, new Set()),
  }))
  const found = conditions.map(({ left, right }) => toEdges(subtract(left, right), name))
  const edges = [...found.flatMap((one) => one.edges), ...ends.flatMap(({ from, to }) => [from, to])]
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  const distinct = edges.filter((edge, at) => at === 0 || !near(edge, edges[at - 1] ?? Infinity))
  const [first, last] = [distinct[0] ?? 0, distinct.at(-1) ?? 0]
  const between = distinct.slice(1).map((edge, at) => (edge + (distinct[at] ?? edge)) / 2)
  const far = [first - 1, last + 1, first * 3 - 50, last * 3 + 50]
  const points = [...distinct, ...between, ...far].sort((a, b) => a - b)
  const sum = { problem: conditions.map(({ source }) => source), points: points.length }
  // An end with decimals may be rounded: then it is not exactly where it should be.
  const areRounded = pieces.some(({ from, to }) =>
    [from, to].some((end) => end && some(end, (part) => part.kind === 'number' && (part.places ?? 0) > 0)),
  )
  for (const x of points) {
    const results = conditions.map((condition) => holdsAt(condition, name, x))
    if (results.includes(undefined)) return unknown('not-decided')
    const holds = results.every((result) => result === true)
    if (holds === isIn(x, ends)) continue
    if (areRounded) return unknown('not-decided')
    const point = `${name} = ${Number(x.toPrecision(6))}`
    return {
      final: 'refuted',
      how: 'membership',
      sum: {
        ...sum,
        ...(holds
          ? { missing: [point] }
          : { substitutions: [{ solution: point, condition: sum.problem.join(',\\ '), holds: false }] }),
      },
    }
  }
  return {
    final: 'verified',
    how: 'membership',
    sum: { ...sum, ...(found.every(({ isExact }) => isExact) && { isComplete: true }) },
  }
}
