import { spend } from '../work.ts'
import * as C from './complex.ts'
import type { Approx } from './complex.ts'
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
function power(of: Extract<Expression, { kind: 'power' }>, values: Values): Approx | undefined {
  const base = evaluate(of.base, values)
  const exponent = base && evaluate(of.exponent, values)
  if (!base || !exponent) return undefined
  if (base.re < 0 && C.isReal(base) && !Number.isInteger(exponent.re)) {
    const exact = toExact(of.exponent)
    if (exact && exact.d % 2n === 1n && exact.d < 1_000n) {
      const positive = C.power(C.negate(base), exponent)
      return positive && (exact.n % 2n === 0n ? positive : C.negate(positive))
    }
  }
  return C.power(base, exponent)
}

function all(parts: readonly Expression[], values: Values): Approx[] | undefined {
  const results: Approx[] = []
  for (const part of parts) {
    const value = evaluate(part, values)
    if (!value) return undefined
    results.push(value)
  }
  return results
}

/** With one more name given. */
const at = (values: Values, name: string, body: Expression) => {
  const inner = new Map(values)
  return (value: Approx) => {
    inner.set(name, value)
    return evaluate(body, inner)
  }
}

const infinity = (of: Expression): number | undefined => {
  if (of.kind === 'constant' && of.name === 'infinity') return Infinity
  if (of.kind !== 'multiply') return undefined
  const [first, second] = of.factors
  return first?.kind === 'number' && first.value.n < 0n && second && infinity(second) === Infinity
    ? -Infinity
    : undefined
}

/** A real number or an infinity. */
function bound(of: Expression, values: Values): number | undefined {
  const endless = infinity(of)
  if (endless !== undefined) return endless
  const value = evaluate(of, values)
  return value && C.isReal(value) ? value.re : undefined
}

function integral(of: Extract<Expression, { kind: 'integral' }>, values: Values): Approx | undefined {
  if (!of.bounds) return undefined
  const [from, to] = [bound(of.bounds.from, values), bound(of.bounds.to, values)]
  return from === undefined || to === undefined ? undefined : integrate(at(values, of.variable, of.body), from, to)
}

function series(of: Extract<Expression, { kind: 'series' }>, values: Values): Approx | undefined {
  const [from, to] = [bound(of.bounds.from, values), bound(of.bounds.to, values)]
  if (from === undefined || to === undefined || !Number.isInteger(from)) return undefined
  if (to !== Infinity && !Number.isInteger(to)) return undefined
  return toSeries(at(values, of.variable, of.body), from, to, of.name === 'product')
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
    case 'unit':
      return values.get(`unit:${of.name}`)
    case 'add':
      return all(of.terms, values)?.reduce(C.add)
    case 'multiply':
      return all(of.factors, values)?.reduce(C.multiply)
    case 'divide': {
      const top = evaluate(of.top, values)
      const bottom = top && evaluate(of.bottom, values)
      return top && bottom && C.divide(top, bottom)
    }
    case 'power':
      return power(of, values)
    case 'call': {
      const args = all(of.args, values)
      return args && call(of.name, args)
    }
    case 'integral':
      return integral(of, values)
    case 'series':
      return series(of, values)
    case 'limit': {
      const to = bound(of.to, values)
      return to === undefined ? undefined : toLimit(at(values, of.variable, of.body), to, of.side)
    }
    default:
      return undefined
  }
}
