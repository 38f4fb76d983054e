import * as C from './algebra/complex.ts'
import type { Approx } from './algebra/complex.ts'
import { evaluate } from './algebra/evaluate.ts'
import { toExact } from './algebra/exact.ts'
import type { Expression } from './algebra/expression.ts'
import { decimalPlaces, type Rational } from './algebra/rational.ts'

const maxDigits = 16

/** A fraction as LaTeX; very long ones as decimals. */
export function formatRational({ n, d }: Rational): string {
  if (d === 1n) return shorten(n.toString())
  const places = decimalPlaces({ n, d })
  if (places !== undefined && places <= 4) {
    const digits = ((n < 0n ? -n : n) * 10n ** BigInt(places)) / d
    const padded = digits.toString().padStart(places + 1, '0')
    return `${n < 0n ? '-' : ''}${padded.slice(0, -places)}.${padded.slice(-places)}`
  }
  if (n.toString().length + d.toString().length > maxDigits) return formatDouble(Number(n) / Number(d))
  return `${n < 0n ? '-' : ''}\\frac{${n < 0n ? -n : n}}{${d}}`
}

const shorten = (digits: string) => (digits.length > maxDigits * 2 ? formatDouble(Number(digits)) : digits)

function formatDouble(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '\\infty' : '-\\infty'
  const text = String(Number(value.toPrecision(6)))
  const [mantissa = '', exponent] = text.split('e')
  return exponent === undefined ? text : `${mantissa} \\times 10^{${Number(exponent)}}`
}

/** A number as LaTeX, to six digits. */
export function formatApprox(value: Approx): string {
  const isSmall = (part: number) => Math.abs(part) <= Math.max(value.err * 4, 1e-12 * C.size(value))
  if (isSmall(value.im)) return formatDouble(isSmall(value.re) ? 0 : value.re)
  const imaginary = `${formatDouble(Math.abs(value.im))}\\mathrm{i}`
  if (isSmall(value.re)) return value.im < 0 ? `-${imaginary}` : imaginary
  return `${formatDouble(value.re)} ${value.im < 0 ? '-' : '+'} ${imaginary}`
}

/** What an expression without names comes to, as LaTeX. Undefined where that is not known. */
export function formatValue(of: Expression): string | undefined {
  const exact = toExact(of)
  if (exact) return formatRational(exact)
  const value = evaluate(of)
  return value && formatApprox(value)
}
