import { spend } from '../work.ts'
import * as C from './complex.ts'
import type { Approx } from './complex.ts'
import { every } from '../every.ts'
import { factorial, toExact } from './exact.ts'
import type { Expression } from './expression.ts'
import { integrate, toLimit, toSeries } from './numerical.ts'
import { fromInteger, toNumber } from './rational.ts'

export type Values = ReadonlyMap<string, Approx>
const none: Values = new Map()

const constants: Record<'pi' | 'e' | 'i', Approx> = {
  pi: C.real(Math.PI),
  e: C.real(Math.E),
  i: { re: 0, im: 1, err: 0 },
}

const toWhole = (a: Approx) => {
  const near = Math.round(a.re)
  return C.isReal(a) && Math.abs(a.re - near) <= a.err * 4 + 1e-12 ? near : undefined
}

function wholeFactorial(a: Approx): Approx | undefined {
  const whole = toWhole(a)
  if (whole === undefined || whole > 170) return undefined
  const exact = factorial(fromInteger(whole))
  return exact && C.real(toNumber(exact))
}

function chosen(n: Approx, k: Approx, isOrdered: boolean): Approx | undefined {
  const [from, many] = [toWhole(n), toWhole(k)]
  if (from === undefined || many === undefined || many < 0 || many > 400) return undefined
  let result = 1
  for (let at = 0; at < many; at += 1) result *= (from - at) / (isOrdered ? 1 : at + 1)
  return C.real(result, Math.abs(result) * many * 1e-16)
}

const several: Record<string, (args: readonly Approx[]) => Approx | undefined> = {
  root: ([of, index]) => {
    const whole = index && toWhole(index)
    return of && whole !== undefined && whole > 0 ? C.root(of, whole) : undefined
  },
  log: ([of, base]) => {
    const top = of && C.log(of)
    const bottom = base && C.log(base)
    return top && bottom && C.divide(top, bottom)
  },
  factorial: ([of]) => of && wholeFactorial(of),
  binomial: ([n, k]) => n && k && chosen(n, k, false),
  permutations: ([n, k]) => n && k && chosen(n, k, true),
  max: (args) => (args.every(C.isReal) ? args.reduce((a, b) => (a.re >= b.re ? a : b)) : undefined),
  min: (args) => (args.every(C.isReal) ? args.reduce((a, b) => (a.re <= b.re ? a : b)) : undefined),
}

function call(name: string, args: readonly Approx[]): Approx | undefined {
  const one = C.functions[name]
  const first = args[0]
  return one ? first && one(first) : several[name]?.(args)
}

/** A negative number to a fraction with an odd denominator is real at school: (−8)^(1/3) = −2. */
function power(base: Approx, exponent: Approx, written: Expression): Approx | undefined {
  const exact = base.re < 0 && C.isReal(base) && !Number.isInteger(exponent.re) ? toExact(written) : undefined
  if (!exact || exact.d % 2n === 0n || exact.d > 1_000n) return C.power(base, exponent)
  const positive = C.power(C.negate(base), exponent)
  return positive && (exact.n % 2n === 0n ? positive : C.negate(positive))
}

/** With one more name given. */
const at = (values: Values, name: string, body: Expression) => {
  const inner = new Map(values)
  return (value: Approx) => {
    inner.set(name, value)
    return evaluate(body, inner)
  }
}

/** A real number or an infinity. */
function toBound(of: Expression, values: Values): number | undefined {
  if (of.kind === 'constant' && of.name === 'infinity') return Infinity
  const [sign, endless] = of.kind === 'multiply' ? of.parts : []
  if (endless && sign?.kind === 'number' && toBound(endless, values) === Infinity)
    return sign.value.n < 0n ? -Infinity : Infinity
  const value = evaluate(of, values)
  return value && C.isReal(value) ? value.re : undefined
}

function overRange(
  of: Extract<Expression, { kind: 'integral' | 'series' | 'limit' }>,
  values: Values,
): Approx | undefined {
  const [body, ...others] = of.parts
  const [from, to] = others.map((bound) => toBound(bound, values))
  const inner = at(values, of.variable, body)
  if (from === undefined) return undefined
  if (of.kind === 'limit') return toLimit(inner, from, of.side)
  if (to === undefined) return undefined
  if (of.kind === 'integral') return integrate(inner, from, to)
  const isWhole = Number.isInteger(from) && (to === Infinity || Number.isInteger(to))
  return isWhole ? toSeries(inner, from, to, of.name === 'product') : undefined
}

/** A number, or undefined where it does not exist or nothing is known of a name in it. Derivatives have to be taken before. */
export function evaluate(of: Expression, values: Values = none): Approx | undefined {
  spend(1)
  switch (of.kind) {
    case 'number':
      return C.real(toNumber(of.value))
    case 'symbol':
      return values.get(of.name)
    case 'constant':
      return of.name === 'infinity' ? undefined : constants[of.name]
    case 'integral':
    case 'series':
    case 'limit':
      return overRange(of, values)
    case 'add':
    case 'multiply':
    case 'divide':
    case 'power':
    case 'call': {
      const parts = every<Expression, Approx>(of.parts, (part) => evaluate(part, values))
      const [first, second] = parts ?? []
      if (!parts || !first) return undefined
      if (of.kind === 'add') return parts.reduce(C.add)
      if (of.kind === 'multiply') return parts.reduce(C.multiply)
      if (of.kind === 'call') return call(of.name, parts)
      return second && (of.kind === 'divide' ? C.divide(first, second) : power(first, second, of.parts[1]))
    }
    default:
      return undefined
  }
}
