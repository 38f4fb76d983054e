import { number, substitute, subtract, divide, negate, type Expression } from './algebra/expression.ts'
import { toExact } from './algebra/exact.ts'
import * as Q from './algebra/rational.ts'
import type { Rational } from './algebra/rational.ts'
import { toTerms } from './algebra/terms.ts'
import type { Condition } from './problem.ts'

/** Coefficients of a linear equation in the order of the unknowns, and the constant last. */
function toRow({ left, right }: Condition, unknowns: readonly string[]): Rational[] | undefined {
  const terms = toTerms(subtract(left, right))
  if (!terms) return undefined
  const keys = [...unknowns.map((name) => `${name}^1`), '']
  if ([...terms.keys()].some((key) => !keys.includes(key))) return undefined
  return keys.map((key) => terms.get(key) ?? Q.zero)
}

/** How many solutions a linear system has. Undefined where it is not linear. */
export function linearCount(
  conditions: readonly Condition[],
  unknowns: readonly string[],
): 'none' | 'one' | 'many' | undefined {
  const rows = conditions.map((condition) => toRow(condition, unknowns))
  if (!rows.every((row) => row !== undefined)) return undefined
  let rest: Rational[][] = rows
  let rank = 0
  for (let column = 0; column < unknowns.length; column += 1) {
    const pivot = rest.find((row) => !Q.isZero(row[column] ?? Q.zero))
    if (!pivot) continue
    rank += 1
    const reduced = rest.filter((row) => row !== pivot).map((row) => eliminate(row, pivot, column))
    if (!reduced.every((row) => row !== undefined)) return undefined
    rest = reduced
  }
  if (rest.some((row) => !Q.isZero(row.at(-1) ?? Q.zero))) return 'none'
  return rank === unknowns.length ? 'one' : 'many'
}

function eliminate(row: Rational[], pivot: Rational[], column: number): Rational[] | undefined {
  const factor = Q.divide(row[column] ?? Q.zero, pivot[column] ?? Q.one)
  const result = row.map((entry, at) => {
    const part = factor && Q.multiply(factor, pivot[at] ?? Q.zero)
    return part && Q.subtract(entry, part)
  })
  return result.every((entry) => entry !== undefined) ? result : undefined
}

/** `gap` in `name` alone is nought where `other` is `value`. */
type Reduced = { gap: Expression; name: string; other: string; value: Expression }

/** Of two equations, one that gives an unknown by the other, put into the second. */
export function solvedFor(conditions: readonly Condition[], unknowns: readonly string[]): Reduced | undefined {
  for (const [at, condition] of conditions.entries()) {
    const rest = conditions[1 - at]
    const gap = subtract(condition.left, condition.right)
    for (const other of unknowns) {
      const name = unknowns.find((unknown) => unknown !== other)
      const value = toValue(gap, other)
      if (!rest || name === undefined || !value) continue
      const replaced = new Map([[other, value]])
      return { gap: subtract(substitute(rest.left, replaced), substitute(rest.right, replaced)), name, other, value }
    }
  }
  return undefined
}

/** The one unknown of an equation of the first degree in it, with a coefficient that is a number. */
function toValue(gap: Expression, name: string): Expression | undefined {
  const terms = toTerms(gap)
  const slope = terms?.get(`${name}^1`)
  if (
    !terms ||
    !slope ||
    [...terms.keys()].some((key) => key !== `${name}^1` && key.split('*').some((part) => part.startsWith(`${name}^`)))
  )
    return undefined
  const rest = substitute(gap, new Map([[name, number(0)]]))
  return toExact(number(slope)) && negate(divide(rest, number(slope)))
}
