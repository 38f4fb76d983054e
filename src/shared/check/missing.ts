import * as C from './algebra/complex.ts'
import { eliminate } from './algebra/eliminate.ts'
import { evaluate } from './algebra/evaluate.ts'
import { freeSymbols, number, substitute, subtract, type Expression } from './algebra/expression.ts'
import { degree, realRoots, squareFree, toFraction, tryPolynomial, withoutRootsOf } from './algebra/polynomial.ts'
import { toShortFraction } from './algebra/rational.ts'
import { isComplex, toReal } from './algebra/real.ts'
import { findRoots } from './algebra/roots.ts'
import { createRandom } from './algebra/same.ts'
import { formatRational } from './format.ts'
import type { Condition, Problem } from './problem.ts'
import type { Interval } from './reading/value.ts'
import type { Solution } from './solutions.ts'

type Solve = Extract<Problem, { kind: 'solve' }>
/** Solutions that are not listed, as LaTeX; `isComplete` where surely none is missing. */
type Search = { missing: string[]; isComplete: boolean }
/** Numbers for all unknowns at once. `count`: how many there are with complex ones; only where all are known. */
type Found = { all: ReadonlyMap<string, number>[]; count?: number; isEndless?: boolean }

const none: Search = { missing: [], isComplete: false }
const near = (a: number, b: number, reach = 1e-5) => Math.abs(a - b) <= reach * Math.max(1, Math.abs(a), Math.abs(b))

function formatRoot(name: string, root: number): string {
  const short = toShortFraction(root)
  return short ? `${name} = ${formatRational(short)}` : `${name} \\approx ${Number(root.toPrecision(6))}`
}

/** The ends of where an unknown is looked for, and whether they belong to it. */
function toEnds(within: Interval | undefined) {
  const end = (of: Expression | undefined) => of && evaluate(of)?.re
  return {
    from: end(within?.from) ?? -Infinity,
    to: end(within?.to) ?? Infinity,
    hasFrom: within?.hasFrom,
    hasTo: within?.hasTo,
  }
}

function isInside(x: number, { from, to, hasFrom, hasTo }: ReturnType<typeof toEnds>): boolean {
  return (near(x, from) ? hasFrom !== false : x > from) && (near(x, to) ? hasTo !== false : x < to)
}

/** Where a function of one name is nought: all places for a polynomial, else those that are found by looking. */
export function toRoots(gap: Expression, name: string, within?: Interval): { real: number[]; count?: number } {
  const fraction = toFraction(gap, name)
  const exact =
    fraction &&
    fraction.top.length > 0 &&
    tryPolynomial(() => {
      const top = withoutRootsOf(squareFree(fraction.top), fraction.bottom)
      return { real: realRoots(top), count: Math.max(degree(top), 0) }
    })
  if (exact) return exact
  const at = (x: number) => new Map([[name, C.real(x)]])
  const loose = (x: number) => {
    const value = evaluate(gap, at(x))
    return value && C.isReal(value) && Number.isFinite(value.re) ? value.re : undefined
  }
  return { real: findRoots(loose, toEnds(within)).filter((root) => toReal(gap, at(root)) !== undefined) }
}

/** All solutions in numbers, where the conditions leave at most one unknown open. */
function findNumbers({ conditions, unknowns, within }: Solve): Found | undefined {
  const { values, rest, isContradictory } = eliminate(
    conditions.map(({ left, right }) => subtract(left, right)),
    unknowns,
  )
  if (isContradictory) return { all: [], count: 0 }
  const [name, ...others] = unknowns.filter((unknown) => !values.has(unknown))
  const [gap, ...more] = rest
  if (name !== undefined && rest.length === 0) return { all: [], isEndless: true }
  if (others.length > 0 || more.length > 0 || (gap && name === undefined)) return undefined
  const roots = name !== undefined && gap ? toRoots(gap, name, within) : { real: [0], count: 1 }
  const all = roots.real.flatMap((root) => {
    const known = new Map(name === undefined ? [] : [[name, C.real(root)]])
    const entries = unknowns.map(
      (unknown) => [unknown, unknown === name ? root : toReal(values.get(unknown) ?? number(0), known)] as const,
    )
    return entries.every(([, value]) => value !== undefined) ? [new Map(entries as [string, number][])] : []
  })
  return { all, ...(roots.count !== undefined && { count: roots.count }) }
}

/** Letters beside the unknowns, as numbers: what is missing for these is missing. */
function withParameters(problem: Solve, solutions: readonly Solution[]): [Solve, Solution[]] | undefined {
  const random = createRandom(3)
  const letters = freeSymbols(...problem.conditions.flatMap(({ left, right }) => [left, right])).filter(
    (name) => !problem.unknowns.includes(name),
  )
  if (letters.length === 0) return undefined
  const values = new Map(letters.map((name) => [name, number(2 + Math.floor(random() * 9))]))
  const put = (of: Expression) => substitute(of, values)
  const conditions = problem.conditions.map((condition): Condition => ({
    ...condition,
    left: put(condition.left),
    right: put(condition.right),
  }))
  return [
    { ...problem, conditions },
    solutions.map((solution) => ({
      ...solution,
      values: new Map([...solution.values].map(([name, value]) => [name, put(value)])),
    })),
  ]
}

/** Looks for solutions that an answer does not list. */
export function findMissing(problem: Solve, solutions: readonly Solution[]): Search {
  const numbers = withParameters(problem, solutions)
  if (numbers) {
    const { missing } = findMissing(...numbers)
    return { missing: missing.length > 0 ? ['\\dots'] : [], isComplete: false }
  }
  const found = problem.conditions.every(({ relation }) => relation === '=') ? findNumbers(problem) : undefined
  if (!found) return none
  if (found.isEndless === true) return { missing: ['\\dots'], isComplete: false }
  const given = solutions.map(({ values, isApproximate }) => ({
    reach: isApproximate ? 0.005 : 1e-5,
    numbers: new Map([...values].map(([name, value]) => [name, evaluate(value)])),
  }))
  const ends = toEnds(problem.within)
  const isMissing = (one: ReadonlyMap<string, number>) =>
    [...one.values()].every((value) => isInside(value, ends)) &&
    !given.some(({ reach, numbers: listed }) =>
      [...one].every(
        ([name, value]) =>
          near(listed.get(name)?.re ?? NaN, value, reach) && Math.abs(listed.get(name)?.im ?? 0) < 1e-9,
      ),
    )
  const missing = found.all.filter(isMissing).slice(0, 4)
  const isBeyondReal =
    problem.conditions.some(({ left, right }) => isComplex(left) || isComplex(right)) ||
    given.some(({ numbers: listed }) => [...listed.values()].some((value) => value && !C.isReal(value)))
  const distinct = new Set(
    given.map(({ numbers: listed }) =>
      [...listed.values()].map((value) => value && `${value.re.toPrecision(9)},${value.im.toPrecision(9)}`).join(),
    ),
  )
  return {
    missing: missing.map((one) => [...one].map(([name, value]) => formatRoot(name, value)).join(',\\ ')),
    isComplete: missing.length === 0 && found.count !== undefined && (!isBeyondReal || distinct.size === found.count),
  }
}
