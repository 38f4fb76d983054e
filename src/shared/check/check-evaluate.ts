import { toExact } from './algebra/exact.ts'
import { eliminate } from './algebra/eliminate.ts'
import {
  choose,
  freeSymbols,
  isIndefinite,
  number,
  some,
  substitute,
  subtract,
  type Expression,
} from './algebra/expression.ts'
import { toShortFraction } from './algebra/rational.ts'
import { compareExpressions } from './algebra/same.ts'
import { hasUnits, withoutUnits } from './algebra/units.ts'
import { formatApprox, formatValue } from './format.ts'
import { hasForm } from './form.ts'
import { judgeCalculus } from './identities.ts'
import { toRoots } from './missing.ts'
import { judgeNumbers } from './judge-numbers.ts'
import { unknown, type Outcome, type Sum } from './outcome.ts'
import type { Problem } from './problem.ts'
import type { Value } from './reading/value.ts'

type Evaluate = Extract<Problem, { kind: 'evaluate' }>

/** The formula an answer gives, without its name or the problem before it. */
function toFormula(value: Value, problem: Expression): { expression: Expression; isApproximate: boolean } | undefined {
  if (value.kind === 'named') return /^[A-Za-z“]/.test(value.name) ? toFormula(value.value, problem) : undefined
  if (
    value.kind === 'relation' &&
    value.relation === '=' &&
    compareExpressions(value.left, problem).status === 'same'
  ) {
    return { expression: value.right, isApproximate: false }
  }
  return value.kind === 'expression' ? value : undefined
}

const isAntiderivative = (of: Expression) => some(of, isIndefinite)

function toSum(problem: Evaluate, expression: Expression, more: Partial<Sum>): Sum {
  const [left, right] = [problem.expression, expression].map((of) => formatValue(choose(of, new Set())))
  return {
    problem: [problem.source],
    ...(left !== undefined && { left }),
    ...(right !== undefined && { right }),
    ...more,
  }
}

function checkIntegral(problem: Evaluate, expression: Expression): Outcome {
  const verdict = judgeCalculus(problem.expression, expression)
  if (!verdict || verdict.status === 'unknown') return unknown('not-decided')
  const sum: Sum = { problem: [problem.source], ...(verdict.status === 'same' && { points: verdict.points }) }
  if (verdict.status === 'different') return { final: 'refuted', how: 'differentiated', sum }
  const known = freeSymbols(problem.expression)
  // Without its constant, the answer is one of many.
  const hasConstant = freeSymbols(expression).some((name) => !known.includes(name) && /^[CcKk]/.test(name))
  return hasConstant ? { final: 'verified', how: 'differentiated', sum } : unknown('form-not-sure')
}

function checkNumber(problem: Evaluate, expression: Expression, isApproximate: boolean): Outcome | undefined {
  if (freeSymbols(problem.expression, expression).length > 0) return undefined
  const verdict = judgeNumbers(problem.expression, expression, isApproximate ? '≈' : '=', new Set())
  const isExact = toExact(choose(problem.expression, new Set())) !== undefined
  if (verdict.status === 'different') return { final: 'refuted', how: 'computed', sum: toSum(problem, expression, {}) }
  if (verdict.status === 'unknown') return unknown('not-decided')
  // What was rounded without need or a word is left open.
  return isApproximate || !isExact
    ? { final: 'verified', how: 'computed', sum: toSum(problem, expression, { isRounded: true }) }
    : unknown('form-not-sure')
}

/** What the target comes to under each of the ways its letters can be. Undefined where these are not known. */
function toCases({ expression, conditions = [] }: Evaluate): Expression[] | undefined {
  const read = (of: Expression) => choose(of, new Set())
  const gaps = conditions.map(({ left, right }) => subtract(read(left), read(right)))
  const { values, rest, isContradictory } = eliminate(gaps, freeSymbols(...gaps))
  const target = substitute(read(expression), values)
  const [gap, ...more] = rest
  if (isContradictory || more.length > 0) return undefined
  if (!gap) return [target]
  const [name, ...others] = freeSymbols(gap, target)
  if (name === undefined || others.length > 0) return undefined
  const { real: roots, count } = toRoots(gap, name)
  // A root that is no short fraction would not be exact.
  const exact = roots.map(toShortFraction)
  return count === roots.length && exact.every((root) => root !== undefined)
    ? exact.map((root) => substitute(target, new Map([[name, number(root)]])))
    : undefined
}

function checkCases(problem: Evaluate, value: Value): Outcome {
  const cases = toCases(problem)
  const outcomes =
    cases?.map((expression) =>
      checkEvaluate({ kind: 'evaluate', expression, form: problem.form, source: problem.source }, value),
    ) ?? []
  const [first] = outcomes
  return first && outcomes.every(({ final }) => final === first.final) ? first : unknown('not-decided')
}

/** Whether an answer is what a calculation comes to, in the form that was asked for. */
export function checkEvaluate(problem: Evaluate, value: Value): Outcome {
  if (problem.conditions) return checkCases(problem, value)
  const formula = toFormula(value, problem.expression)
  if (!formula) return unknown('answer-does-not-match')
  const isBare = hasUnits(formula.expression) && !hasUnits(problem.expression)
  const expression = isBare ? withoutUnits(formula.expression) : formula.expression
  if (isAntiderivative(problem.expression)) return checkIntegral(problem, expression)
  const known = freeSymbols(problem.expression)
  if (!freeSymbols(expression).every((name) => known.includes(name))) return unknown('answer-does-not-match')
  const verdict = compareExpressions(problem.expression, expression)
  if (verdict.status === 'same') {
    if (verdict.isPositiveOnly === true) return unknown('not-decided')
    if (!hasForm(expression, problem.expression, problem.form)) return unknown('form-not-sure')
    const how = verdict.points === 0 ? 'computed' : 'agrees-at-points'
    return {
      final: 'verified',
      how,
      sum: toSum(problem, expression, verdict.points > 0 ? { points: verdict.points } : {}),
    }
  }
  const number = verdict.status === 'different' ? checkNumber(problem, expression, formula.isApproximate) : undefined
  if (number) return number
  if (verdict.status === 'unknown') return unknown('not-decided')
  const { difference } = verdict
  const sides = difference && { left: formatApprox(difference.left), right: formatApprox(difference.right) }
  return { final: 'refuted', how: 'agrees-at-points', sum: { problem: [problem.source], ...sides } }
}
