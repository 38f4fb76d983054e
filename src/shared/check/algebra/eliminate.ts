import { divide, negate, number, substitute, type Expression } from './expression.ts'
import { fromTerms, toTerms } from './terms.ts'

/** Names by the others, as far as they follow; what has to be nought besides; whether it never can be. */
export type Eliminated = { values: Map<string, Expression>; rest: Expression[]; isContradictory: boolean }

/** What a name is where `gap` is nought: for polynomials of the first degree in it, with a number before it. */
function toValue(gap: Expression, name: string): Expression | undefined {
  const terms = toTerms(gap)
  const slope = terms?.get(`${name}^1`)
  if (!terms || !slope) return undefined
  const isElsewhere = [...terms.keys()].some((key) => key !== `${name}^1` && `*${key}`.includes(`*${name}^`))
  return isElsewhere ? undefined : negate(divide(substitute(gap, new Map([[name, number(0)]])), number(slope)))
}

/** The same, as short as a polynomial can be written. */
function multipliedOut(of: Expression): Expression {
  const terms = toTerms(of)
  return terms ? fromTerms(terms) : of
}

/** Puts every name that an equation gives by others into the rest. `gaps` are nought, as left sides minus right ones. */
export function eliminate(gaps: readonly Expression[], names: readonly string[]): Eliminated {
  const values = new Map<string, Expression>()
  let rest = [...gaps]
  let isContradictory = false
  for (let at = 0; at < rest.length;) {
    const gap = rest[at]
    const terms = gap && toTerms(gap)
    const isConstant = terms && [...terms.keys()].every((key) => key === '')
    const name = isConstant ? undefined : names.find((each) => gap && !values.has(each) && toValue(gap, each))
    const value = name !== undefined && gap && toValue(gap, name)
    if (value && name !== undefined) {
      const put = (of: Expression) => multipliedOut(substitute(of, new Map([[name, value]])))
      for (const [key, old] of values) values.set(key, put(old))
      values.set(name, value)
      rest = rest.filter((_, other) => other !== at).map(put)
      at = 0
    } else if (isConstant) {
      isContradictory ||= terms.size > 0
      rest.splice(at, 1)
    } else at += 1
  }
  return { values, rest, isContradictory }
}
