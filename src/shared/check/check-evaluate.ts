import { toExact } from './algebra/exact.ts'
import { choose, freeSymbols, some, type Expression } from './algebra/expression.ts'
import { compareExpressions } from './algebra/same.ts'
import { hasUnits, withoutUnits } from './algebra/units.ts'
import { formatApprox, formatValue } from './format.ts'
import { hasForm } from './form.ts'
import { judgeCalculus } from './identities.ts'
import { judgeNumbers } from './judge-numbers.ts'
import { unknown, type Outcome, type Sum } from './outcome.ts'
import type { Problem } from './problem.ts'
import type { Value } from './reading/value.ts'

type Evaluate = Extract<Problem, { kind: 'evaluate' }>

/** The formula an answer gives, without its name. */
function toFormula(value: Value): { expression: Expression; isApproximate: boolean } | undefined {
  if (value.kind === 'named')
    return /^[A-Za-z]/.test(value.name) || value.name.includes('“') ? toFormula(value.value) : undefined
  return value.kind === 'expression' ? value : undefined
}

const isAntiderivative = (of: Expression) => some(of, (part) => part.kind === 'integral' && !part.bounds)

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

/** Whether an answer is what a calculation comes to, in the form that was asked for. */
export function checkEvaluate(problem: Evaluate, value: Value): Outcome {
  const formula = toFormula(value)
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
