import { differentiate } from './algebra/differentiate.ts'
import { freeSymbols, isIndefinite, some, type Expression } from './algebra/expression.ts'
import * as Q from './algebra/rational.ts'
import { compareExpressions, unknown, type Verdict } from './algebra/same.ts'
import { subtractTerms, toTerms } from './algebra/terms.ts'

const isDerivative = (part: Expression) => part.kind === 'derivative'
const isUnknownFunction = (part: Expression) =>
  part.kind === 'apply' || (part.kind === 'symbol' && /['“]|^d./.test(part.name))

function variableOf(of: Expression, test: (part: Expression) => boolean): string | undefined {
  const names = new Set<string>()
  some(of, (part) => {
    if (test(part) && 'variable' in part) names.add(part.variable)
    return false
  })
  return names.size === 1 ? [...names][0] : undefined
}

/** Letters that stand for constants beside a variable; others may depend on it. */
const isParameter = (name: string) => /^[abckmnCK](?:_\w+)?$/.test(name)

/**
 * Whether `d/dx` or `∫ … dx` was carried out rightly. Undefined where neither side has one, or where letters may depend on
 * each other.
 */
export function judgeCalculus(a: Expression, b: Expression): Verdict | undefined {
  if (some(a, isUnknownFunction) || some(b, isUnknownFunction)) return undefined
  const both: Expression = { kind: 'add', parts: [a, b] }
  const hasIntegral = some(both, isIndefinite)
  const variable = variableOf(both, hasIntegral ? isIndefinite : isDerivative)
  if (variable === undefined) return undefined
  if (!freeSymbols(both).every((name) => name === variable || isParameter(name))) return undefined
  if (!hasIntegral) return compareExpressions(a, b)
  return compareExpressions(a, b, (left, right) => {
    const [x, y] = [differentiate(left, variable), differentiate(right, variable)]
    return x && y ? compareExpressions(x, y) : unknown
  })
}

/** Whether brackets with sums in them are multiplied with something, or raised. */
const isFactored = (of: Expression) =>
  some(of, (part) => {
    const parts = part.kind === 'multiply' ? part.parts : part.kind === 'power' ? [part.parts[0]] : []
    return parts.some((factor) => factor.kind === 'add' && freeSymbols(factor).length > 0)
  })

/**
 * Whether two polynomials differ as after a slip in multiplying out or collecting: in one term, while others agree. What an
 * equation says, or what follows from a condition, differs in more.
 */
export function isSlip(a: Expression, b: Expression): boolean {
  const [left, right] = [toTerms(a), toTerms(b)]
  const gap = left && right && subtractTerms(left, right)
  if (!left || !right || !gap || left.size < 2) return false
  const agreeing = [...left].filter(([key, value]) => {
    const other = right.get(key)
    return other !== undefined && Q.equals(value, other)
  }).length
  if (gap.size === 1) return agreeing >= 1
  if (gap.size !== 2) return false
  const [first, second] = [...gap.values()]
  return agreeing >= 2 && first !== undefined && second !== undefined && Q.isZero(Q.add(first, second) ?? Q.one)
}

/** A product on the left, what it should come to on the right: more than an equation to be solved. */
export function looksMultipliedOut(a: Expression, b: Expression): boolean {
  return isFactored(a) && !isFactored(b) && b.kind === 'add' && freeSymbols(a).join() === freeSymbols(b).join()
}
