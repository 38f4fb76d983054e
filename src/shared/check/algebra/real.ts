import * as C from './complex.ts'
import { evaluate, type Values } from './evaluate.ts'
import { partsOf, some, type Expression } from './expression.ts'

const isBinding = (of: Expression) => of.kind === 'integral' || of.kind === 'series' || of.kind === 'limit'

/** Whether an expression speaks of complex numbers. */
export const isComplex = (of: Expression) => some(of, (part) => part.kind === 'constant' && part.name === 'i')

/**
 * Whether everything in an expression is real: no logarithm and no root of a negative number, also none that goes out
 * against another. `undefined` where something has no value, as over nought.
 */
export function isRealThroughout(of: Expression, values: Values): boolean | undefined {
  const value = evaluate(of, values)
  if (!value) return undefined
  if (!C.isReal(value)) return false
  return (
    isBinding(of) ||
    partsOf(of).every(
      (part) => part.kind === 'number' || part.kind === 'symbol' || isRealThroughout(part, values) === true,
    )
  )
}

/** The value where everything is real. */
export function toReal(of: Expression, values: Values): number | undefined {
  const value = evaluate(of, values)
  if (!value || !C.isReal(value) || !Number.isFinite(value.re) || value.err > 1e-3 * Math.max(1, Math.abs(value.re)))
    return undefined
  return isRealThroughout(of, values) === true ? value.re : undefined
}

/** Whether something in it is divided by nought, or has no logarithm. */
export function hasPole(of: Expression, values: Values): boolean {
  if (isBinding(of)) return false
  if (of.kind === 'divide') {
    const bottom = evaluate(of.parts[1], values)
    if (bottom && C.size(bottom) <= Math.max(bottom.err * 8, 1e-12)) return true
  }
  if (of.kind === 'call' && (of.name === 'ln' || of.name === 'log')) {
    const [inner] = of.parts
    const value = inner && evaluate(inner, values)
    if (value && C.size(value) <= Math.max(value.err * 8, 1e-12)) return true
  }
  return partsOf(of).some((part) => hasPole(part, values))
}
