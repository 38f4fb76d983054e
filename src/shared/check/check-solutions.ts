import * as C from './algebra/complex.ts'
import { evaluate } from './algebra/evaluate.ts'
import { toExact } from './algebra/exact.ts'
import {
  choose,
  freeSymbols,
  openTags,
  substitute,
  subtract,
  toReadings,
  type Expression,
  type Tag,
} from './algebra/expression.ts'
import * as Q from './algebra/rational.ts'
import { hasPole, isComplex, isRealThroughout, toReal } from './algebra/real.ts'
import { compareExpressions, compareNumbers } from './algebra/same.ts'
import { hasUnits } from './algebra/units.ts'
import { formatValue } from './format.ts'
import { findMissing } from './missing.ts'
import { unknown, type Outcome, type Substitution } from './outcome.ts'
import type { Condition, Problem } from './problem.ts'
import type { Interval } from './reading/value.ts'
import type { Solution } from './solutions.ts'

type Solve = Extract<Problem, { kind: 'solve' }>
type Fit = 'fits' | 'does-not-fit' | 'unknown'

const directions: Record<string, (gap: number) => boolean> = {
  '<': (gap) => gap < 0,
  '>': (gap) => gap > 0,
  '≤': (gap) => gap <= 0,
  '≥': (gap) => gap >= 0,
}

/** Whether two sides without unknowns are related as the condition says. Letters that are left may be anything. */
function judgeSides(left: Expression, right: Expression, relation: Condition['relation']): Fit {
  if (relation !== '=' && relation !== '≠' && freeSymbols(left, right).length === 0)
    return judgeOrder(left, right, relation)
  const both = [left, right]
  if (freeSymbols(left, right).length === 0) {
    if (both.some((side) => hasPole(side, new Map()))) return 'does-not-fit'
    if (!both.some(isComplex) && both.some((side) => isRealThroughout(side, new Map()) === false)) return 'does-not-fit'
  }
  const { status } = compareExpressions(left, right)
  if (status === 'unknown') return 'unknown'
  return (status === 'same') === (relation === '=') ? 'fits' : 'does-not-fit'
}

function judgeOrder(left: Expression, right: Expression, relation: Condition['relation']): Fit {
  const [a, b] = [toExact(left), toExact(right)]
  const holds = directions[relation]
  if (!holds) return 'unknown'
  if (a && b) return holds(Q.compare(a, b)) ? 'fits' : 'does-not-fit'
  const [x, y] = [left, right].map((side) => evaluate(side))
  if (!x || !y) return [left, right].some((side) => hasPole(side, new Map())) ? 'does-not-fit' : 'unknown'
  if ([left, right].some((side) => isRealThroughout(side, new Map()) === false)) return 'does-not-fit'
  const status = compareNumbers(x, y)
  if (status === 'unknown') return 'unknown'
  return holds(status === 'same' ? 0 : x.re - y.re) ? 'fits' : 'does-not-fit'
}

/** A solution with rounded decimals fits where a true one is within half of its last digit. */
function fitsRounded({ left, right }: Condition, solution: Solution): boolean {
  const [entry, ...others] = solution.values
  if (!entry || others.length > 0) return false
  const [name, value] = entry
  const place = value.kind === 'number' ? value.places : undefined
  const at = evaluate(value)
  if (place === undefined || place < 2 || !at || !C.isReal(at)) return false
  const gap = subtract(left, right)
  const reach = 0.5000001 * 10 ** -place
  const [below, above] = [at.re - reach, at.re + reach].map((x) => toReal(gap, new Map([[name, C.real(x)]])))
  return below !== undefined && above !== undefined && below * above <= 0
}

function isWithin(solution: Solution, within: Interval | undefined): Fit {
  if (!within) return 'fits'
  const [value] = solution.values.values()
  if (!value) return 'unknown'
  const ends: Fit[] = []
  if (within.from) ends.push(judgeOrder(value, within.from, within.hasFrom ? '≥' : '>'))
  if (within.to) ends.push(judgeOrder(value, within.to, within.hasTo ? '≤' : '<'))
  return ends.includes('does-not-fit') ? 'does-not-fit' : ends.includes('unknown') ? 'unknown' : 'fits'
}

type Tried = { fit: Fit; isRounded: boolean; substitutions: Substitution[] }

function trySolution(problem: Solve, solution: Solution): Tried {
  const names = [...solution.values].map(([name, value]) => `${name} = ${formatValue(value) ?? ''}`).join(',\\ ')
  const substitutions: Substitution[] = []
  let fit = isWithin(solution, problem.within)
  let isRounded = false
  for (const condition of problem.conditions) {
    const [left, right] = [condition.left, condition.right].map((side) => substitute(side, solution.values))
    if (!left || !right) continue
    let one = judgeSides(left, right, condition.relation)
    if (
      one === 'does-not-fit' &&
      solution.isApproximate &&
      condition.relation === '=' &&
      fitsRounded(condition, solution)
    ) {
      one = 'fits'
      isRounded = true
    } else if (
      one === 'does-not-fit' &&
      solution.isApproximate &&
      [...solution.values.values()].some((value) => value.kind !== 'number' || (value.places ?? 0) < 2)
    ) {
      one = mayBeRounded(condition, solution) ? 'unknown' : one
    }
    const [x, y] = [formatValue(left), formatValue(right)]
    substitutions.push({
      solution: names,
      condition: condition.source,
      holds: one === 'fits',
      ...(x !== undefined && { left: x }),
      ...(y !== undefined && { right: y }),
    })
    if (one === 'does-not-fit' || (one === 'unknown' && fit === 'fits')) fit = one
  }
  return { fit, isRounded, substitutions }
}

/** With one decimal or none, or inside a formula, rounding is not told from a mistake: near is left open. */
function mayBeRounded({ left, right }: Condition, solution: Solution): boolean {
  const [x, y] = [left, right].map((side) => evaluate(substitute(side, solution.values)))
  return x !== undefined && y !== undefined && C.size(C.subtract(x, y)) <= 0.05 * Math.max(1, C.size(x), C.size(y))
}

function withReading(problem: Solve, solutions: readonly Solution[], seconds: ReadonlySet<Tag>): [Solve, Solution[]] {
  const read = (of: Expression) => choose(of, seconds)
  const conditions = problem.conditions.map((condition) => ({
    ...condition,
    left: read(condition.left),
    right: read(condition.right),
  }))
  return [
    { ...problem, conditions },
    solutions.map((solution) => ({
      ...solution,
      values: new Map([...solution.values].map(([name, value]) => [name, read(value)])),
    })),
  ]
}

function checkReading(problem: Solve, solutions: readonly Solution[]): Outcome {
  const tried = solutions.map((solution) => trySolution(problem, solution))
  const sum = {
    problem: problem.conditions.map(({ source }) => source),
    substitutions: tried.flatMap(({ substitutions }) => substitutions),
  }
  if (tried.some(({ fit }) => fit === 'does-not-fit')) return { final: 'refuted', how: 'substituted', sum }
  if (tried.some(({ fit }) => fit === 'unknown')) return unknown('not-decided')
  const search = findMissing(problem, solutions)
  const isRounded = tried.some((one) => one.isRounded)
  if (search.missing.length > 0) {
    return problem.isSingular && solutions.length > 0
      ? unknown('not-decided')
      : { final: 'refuted', how: 'substituted', sum: { ...sum, missing: search.missing } }
  }
  // That there is no solution has to be known, not only not to be contradicted.
  if (solutions.length === 0 && !search.isComplete) return unknown('not-decided')
  return {
    final: 'verified',
    how: 'substituted',
    sum: { ...sum, ...(search.isComplete && { isComplete: true }), ...(isRounded && { isRounded }) },
  }
}

/** Whether the solutions that an answer lists satisfy the problem, and none is missing. */
export function checkSolutions(problem: Solve, solutions: readonly Solution[]): Outcome {
  const expressions = [
    ...problem.conditions.flatMap(({ left, right }) => [left, right]),
    ...solutions.flatMap(({ values }) => [...values.values()]),
  ]
  const tags = openTags(...expressions)
  if (tags.length > 4 || solutions.length > 24) return unknown('not-decided')
  // With other letters in the problem, a number is the answer to something else.
  const known = new Set(problem.unknowns)
  const named = freeSymbols(
    ...solutions.flatMap(({ values }) => [...values.values()].map((value) => choose(value, new Set()))),
  )
  const letters = freeSymbols(
    ...problem.conditions.flatMap(({ left, right }) => [choose(left, new Set()), choose(right, new Set())]),
  ).filter((name) => !known.has(name))
  const hasLetters = ({ values }: Solution) => freeSymbols(...values.values()).some((name) => letters.includes(name))
  if (letters.length > 0 && !solutions.every(hasLetters)) return unknown('answer-does-not-match')
  if (
    named.some((name) => !letters.includes(name)) ||
    solutions.some(({ values }) => [...values.values()].some(hasUnits))
  )
    return unknown('answer-does-not-match')
  let result: Outcome | undefined
  // A mixed number is read as one: as a product it proves nothing.
  for (const seconds of toReadings(tags.filter((tag) => tag !== 'mixed'))) {
    const outcome = checkReading(...withReading(problem, solutions, seconds))
    if (outcome.final === 'verified') return outcome
    if (result === undefined || outcome.final === 'unknown') result = outcome
  }
  if (result?.final === 'refuted' && tags.includes('mixed')) {
    const asProduct = checkReading(...withReading(problem, solutions, new Set(['mixed'])))
    if (asProduct.final !== 'refuted') return unknown('not-decided')
  }
  return result ?? unknown('not-decided')
}
