import { toExact } from './algebra/exact.ts'
import { choose, freeSymbols, partsOf, some, type Expression } from './algebra/expression.ts'
import { degree, realRoots, toFraction, tryPolynomial, type Polynomial } from './algebra/polynomial.ts'
import * as Q from './algebra/rational.ts'
import type { Form } from './problem.ts'

const countNodes = (of: Expression): number => partsOf(of).reduce((sum, part) => sum + countNodes(part), 1)

const isSum = (of: Expression) => of.kind === 'add' && freeSymbols(of).length > 0

/** Whether a sum with letters is multiplied or raised: then it is not multiplied out. */
const hasProducts = (of: Expression) =>
  some(
    of,
    (part) => (part.kind === 'multiply' && part.parts.some(isSum)) || (part.kind === 'power' && isSum(part.parts[0])),
  )

/** The factors of a product, with those that are raised once. */
function toFactors(of: Expression): Expression[] {
  if (of.kind === 'multiply') return of.parts.flatMap(toFactors)
  if (of.kind === 'power' && freeSymbols(of.parts[1]).length === 0) return toFactors(of.parts[0])
  return [of]
}

/** Whether a polynomial has no divisor with whole numbers that is seen at once: of degree one, or two without rational roots. */
function isIrreducible(p: Polynomial): boolean {
  if (degree(p) < 2) return isPrimitive(p)
  if (degree(p) > 3) return false
  // With whole coefficients, a rational root times the leading one is whole.
  const scale = p.reduce((most, c) => (most * c.d) / Q.gcd(most, c.d), 1n)
  const lead = Math.abs(Number((p.at(-1)?.n ?? 1n) * (scale / (p.at(-1)?.d ?? 1n))))
  const roots = tryPolynomial(() => realRoots(p))
  return (
    isPrimitive(p) &&
    roots !== undefined &&
    roots.every((root) => Math.abs(root * lead - Math.round(root * lead)) > 1e-6)
  )
}

/** No number can be taken out of all coefficients. */
const isPrimitive = (p: Polynomial) =>
  p.every(({ d }) => d === 1n) && p.reduce((all, { n }) => Q.gcd(all, n), 0n) === 1n

function isFactored(of: Expression): boolean {
  const factors = toFactors(of).filter((factor) => freeSymbols(factor).length > 0)
  return (
    factors.length > 0 &&
    factors.every((factor) => {
      if (factor.kind === 'symbol') return true
      const [name, ...others] = freeSymbols(factor)
      const fraction = name !== undefined && others.length === 0 ? toFraction(factor, name) : undefined
      if (fraction) return degree(fraction.bottom) === 0 && isIrreducible(fraction.top)
      // Of several letters, only what is plainly of the first degree.
      return factor.kind === 'add' && factor.parts.every((term) => countLetters(term) === 1)
    })
  )
}

const countLetters = (term: Expression): number =>
  term.kind === 'symbol'
    ? 1
    : term.kind === 'multiply'
      ? term.parts.reduce((sum, factor) => sum + countLetters(factor), 0)
      : term.kind === 'number'
        ? 0
        : 9

/** A number that cannot be written more simply: lowest terms, no square left under a root. */
function isSimpleNumber(of: Expression): boolean {
  const isReduced = !some(of, (part) => {
    if (part.kind === 'divide') {
      const [top, bottom] = part.parts.map((each) => toExact(each))
      if (!bottom) return true
      return top !== undefined && (!Q.isInteger(top) || !Q.isInteger(bottom) || Q.gcd(top.n, bottom.n) !== 1n)
    }
    const [of, index] = part.kind === 'call' && part.name === 'root' ? part.parts.map((arg) => toExact(arg)) : []
    return part.kind === 'call' && !(of && index && isPowerFree(of, Number(index.n)))
  })
  return isReduced && countNodes(of) <= 40
}

/** Whether no whole number can be taken out of the root. */
function isPowerFree({ n, d }: Q.Rational, index: number): boolean {
  if (d !== 1n || n < 2n || n > 1_000_000n || index < 2 || index > 12) return false
  const value = Number(n)
  for (let at = 2; at ** index <= value; at += 1) if (value % at ** index === 0) return false
  return true
}

/** Whether an answer that is equal also looks as was asked. `undefined` where that is not sure. */
export function hasForm(answer: Expression, problem: Expression, form: Form): boolean {
  const [a, p] = [choose(answer, new Set()), choose(problem, new Set())]
  const isNumber = freeSymbols(a).length === 0
  if (form === 'factored') return isNumber ? false : isFactored(a)
  if (form === 'expanded') return !hasProducts(a)
  if (isNumber) {
    const isPlain =
      a.kind === 'number' ||
      (a.kind === 'multiply' &&
        a.parts.every((factor) => factor.kind === 'number' || factor.kind === 'constant' || factor.kind === 'unit'))
    return isPlain || isSimpleNumber(a) || (form === 'any' && countNodes(a) * 2 <= countNodes(p))
  }
  return (
    countNodes(a) <= countNodes(p) * (some(p, (part) => /derivative|integral|series|limit/.test(part.kind)) ? 8 : 1.5)
  )
}
