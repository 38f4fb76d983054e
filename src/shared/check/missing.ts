import * as C from './algebra/complex.ts'
import { evaluate } from './algebra/evaluate.ts'
import { freeSymbols, number, substitute, subtract, type Expression } from './algebra/expression.ts'
import { degree, realRoots, squareFree, toFraction, tryPolynomial, withoutRootsOf } from './algebra/polynomial.ts'
import { isComplex, toReal } from './algebra/real.ts'
import { findRoots, type Stretch } from './algebra/roots.ts'
import { createRandom } from './algebra/same.ts'
import { linearCount, solvedFor } from './linear.ts'
import type { Condition, Problem } from './problem.ts'
import type { Solution } from './solutions.ts'
import type { Interval } from './reading/value.ts'

type Solve = Extract<Problem, { kind: 'solve' }>
/** Solutions that are not listed, as LaTeX; `isComplete` where surely none is missing. */
type Search = { missing: string[]; isComplete: boolean }

const none: Search = { missing: [], isComplete: false }
const near = (a: number, b: number) => Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(a), Math.abs(b))

/** A root as it would be written: whole or a short fraction where it is one. */
function formatRoot(name: string, root: number): string {
  for (let d = 1; d <= 60; d += 1) {
    const n = Math.round(root * d)
    if (Math.abs(root - n / d) < 1e-9 * Math.max(1, Math.abs(root)))
      return `${name} = ${d === 1 ? n : `${n < 0 ? '-' : ''}\\frac{${Math.abs(n)}}{${d}}`}`
  }
  return `${name} \\approx ${Number(root.toPrecision(6))}`
}

function toStretch(within: Interval | undefined): Stretch {
  const end = (of: Expression | undefined) => of && evaluate(of)?.re
  return { from: end(within?.from) ?? -Infinity, to: end(within?.to) ?? Infinity }
}

function isInside(x: number, { from, to }: Stretch, within: Interval | undefined): boolean {
  const isLow = x < from && !near(x, from)
  const isHigh = x > to && !near(x, to)
  return !isLow && !isHigh && !(near(x, from) && within?.hasFrom === false) && !(near(x, to) && within?.hasTo === false)
}

/** Distinct roots of an equation that comes down to a polynomial: all of them, and the real ones as numbers. */
function polynomialRoots(gap: Expression, name: string): { count: number; real: number[] } | undefined {
  const fraction = toFraction(gap, name)
  if (!fraction || fraction.top.length === 0) return undefined
  return tryPolynomial(() => {
    const top = withoutRootsOf(squareFree(fraction.top), fraction.bottom)
    return { count: Math.max(degree(top), 0), real: realRoots(top) }
  })
}

function searchOne(
  condition: Condition,
  name: string,
  solutions: readonly Solution[],
  within: Interval | undefined,
): Search {
  const gap = subtract(condition.left, condition.right)
  const given = solutions.map(({ values }) => evaluate(values.get(name) ?? number(0)))
  const stretch = toStretch(within)
  const isListed = (root: number) =>
    given.some(
      (value) =>
        value !== undefined &&
        C.isReal(value) &&
        Math.abs(value.re - root) <=
          1e-5 * Math.max(1, Math.abs(root)) +
            0.006 * (Number.isInteger(value.re * 1000) && !near(value.re, root) ? 1 : 0),
    )
  const exact = polynomialRoots(gap, name)
  if (exact) {
    const missing = exact.real.filter((root) => isInside(root, stretch, within) && !isListed(root))
    const wantsComplex = isComplex(gap) || given.some((value) => value !== undefined && !C.isReal(value))
    if (wantsComplex)
      return {
        missing: missing.map((root) => formatRoot(name, root)),
        isComplete:
          new Set(given.map((value) => value && `${value.re.toPrecision(9)},${value.im.toPrecision(9)}`)).size ===
          exact.count,
      }
    return { missing: missing.map((root) => formatRoot(name, root)), isComplete: missing.length === 0 }
  }
  const f = (x: number) => toReal(gap, new Map([[name, C.real(x)]]))
  const found = findRoots(f, stretch).filter((root) => isInside(root, stretch, within) && !isListed(root))
  return { missing: found.slice(0, 4).map((root) => formatRoot(name, root)), isComplete: false }
}

/** Letters beside the unknown, as numbers: what is missing for these is missing. */
function withParameters(problem: Solve, solutions: readonly Solution[]): [Solve, Solution[]] | undefined {
  const random = createRandom(3)
  const letters = freeSymbols(...problem.conditions.flatMap(({ left, right }) => [left, right])).filter(
    (name) => !problem.unknowns.includes(name),
  )
  const values = new Map(letters.map((name) => [name, number({ n: BigInt(2 + Math.floor(random() * 9)), d: 1n })]))
  if (letters.length === 0) return undefined
  const put = (of: Expression) => substitute(of, values)
  return [
    {
      ...problem,
      conditions: problem.conditions.map((condition) => ({
        ...condition,
        left: put(condition.left),
        right: put(condition.right),
      })),
    },
    solutions.map((solution) => ({
      ...solution,
      values: new Map([...solution.values].map(([name, value]) => [name, put(value)])),
    })),
  ]
}

/** Several unknowns: counted where the system is linear, or where one unknown can be put into the other equation. */
function searchSystem(problem: Solve, solutions: readonly Solution[]): Search {
  const { conditions, unknowns } = problem
  const count = linearCount(conditions, unknowns)
  if (count === 'one') return { missing: [], isComplete: solutions.length > 0 }
  if (count === 'none') return { missing: [], isComplete: solutions.length === 0 }
  const reduced = unknowns.length === 2 && conditions.length === 2 ? solvedFor(conditions, unknowns) : undefined
  if (!reduced) return none
  const { gap, name, other, value } = reduced
  const exact = polynomialRoots(gap, name)
  if (!exact) return none
  const pairs = exact.real.flatMap((root) => {
    const partner = toReal(value, new Map([[name, C.real(root)]]))
    return partner === undefined ? [] : [{ root, partner }]
  })
  const isListed = (pair: { root: number; partner: number }) =>
    solutions.some(({ values }) => {
      const [x, y] = [values.get(name), values.get(other)].map((of) => of && evaluate(of))
      return x !== undefined && y !== undefined && near(x.re, pair.root) && near(y.re, pair.partner)
    })
  const missing = pairs.filter((pair) => !isListed(pair))
  return {
    missing: missing.map(({ root, partner }) => `${formatRoot(name, root)},\\ ${formatRoot(other, partner)}`),
    isComplete: missing.length === 0,
  }
}

/** Looks for solutions that an answer does not list. */
export function findMissing(problem: Solve, solutions: readonly Solution[]): Search {
  const numbers = withParameters(problem, solutions)
  if (numbers) {
    const { missing } = findMissing(...numbers)
    return { missing: missing.length > 0 ? ['\\dots'] : [], isComplete: false }
  }
  if (problem.conditions.some(({ relation }) => relation !== '=')) return none
  const [condition] = problem.conditions
  const [name] = problem.unknowns
  if (!condition || name === undefined) return none
  if (problem.unknowns.length === 1 && problem.conditions.length === 1)
    return searchOne(condition, name, solutions, problem.within)
  return searchSystem(problem, solutions)
}
