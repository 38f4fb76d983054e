import * as C from './algebra/complex.ts'
import { evaluate } from './algebra/evaluate.ts'
import { freeSymbols, subtract, type Expression } from './algebra/expression.ts'
import { findRoots } from './algebra/roots.ts'
import { compareExpressions, createRandom } from './algebra/same.ts'
import type { Relation } from './reading/split-tokens.ts'

type Compared = { left: Expression; relation: Relation; right: Expression }

const toDirection = (relation: Relation) => (/[<≤]/.test(relation) ? -1 : 1)
const toStrictness = (relation: Relation) =>
  /[<>]/.test(relation) ? 'strict' : /[≤≥]/.test(relation) ? 'loose' : relation

/** The one number the first is of the second, wherever both are looked at. */
function toFactor(a: Expression, b: Expression, names: readonly string[]): number | undefined {
  const random = createRandom(5)
  let factor: number | undefined
  let points = 0
  for (let at = 0; at < 24; at += 1) {
    const values = new Map(names.map((name) => [name, C.real((random() - 0.4) * 6)]))
    const [x, y] = [evaluate(a, values), evaluate(b, values)]
    const ratio = x && y && C.divide(x, y)
    if (!ratio || !C.isUsable(ratio)) continue
    if (!C.isReal(ratio) || (factor !== undefined && Math.abs(ratio.re - factor) > 1e-8 * Math.abs(factor)))
      return undefined
    factor ??= ratio.re
    points += 1
  }
  return points >= 6 ? factor : undefined
}

/** Whether a point that satisfies the one equation does not satisfy the other. */
function parts(a: Expression, b: Expression, names: readonly string[]): boolean {
  const random = createRandom(9)
  const [name] = names
  if (name === undefined) return false
  for (let at = 0; at < 4; at += 1) {
    const values = new Map(names.map((other) => [other, C.real((random() - 0.5) * 4)]))
    const value = (of: Expression) => (x: number) => {
      const result = evaluate(of, values.set(name, C.real(x)))
      return result && C.isReal(result) && C.isUsable(result) ? result.re : undefined
    }
    for (const root of findRoots(value(a), { from: -12, to: 12 }, 120)) {
      const other = value(b)(root)
      if (other !== undefined && Math.abs(other) > 1e-4) return true
    }
  }
  return false
}

/** Whether two equations or inequalities say the same: as one is a multiple of the other. */
export function compareRelations(a: Compared, b: Compared): 'yes' | 'no' | 'unknown' {
  const [left, right] = [subtract(a.left, a.right), subtract(b.left, b.right)]
  const names = freeSymbols(left, right)
  if (toStrictness(a.relation) !== toStrictness(b.relation)) return 'no'
  const factor = toFactor(left, right, names)
  if (factor !== undefined && factor !== 0) {
    if (a.relation === '=' || a.relation === '≠') return 'yes'
    return Math.sign(factor) * toDirection(a.relation) * toDirection(b.relation) > 0 ? 'yes' : 'no'
  }
  if (names.length === 0) return compareExpressions(left, right).status === 'same' ? 'yes' : 'unknown'
  if (a.relation !== '=') return 'unknown'
  return parts(left, right, names) || parts(right, left, names) ? 'no' : 'unknown'
}
