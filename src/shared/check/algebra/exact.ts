import { spend } from '../work.ts'
import { every } from '../every.ts'
import { partsOf, type Expression } from './expression.ts'
import * as Q from './rational.ts'
import type { Rational } from './rational.ts'

type Values = ReadonlyMap<string, Rational>
const none: Values = new Map()
const maxTerms = 20_000n

export function factorial(value: Rational): Rational | undefined {
  if (!Q.isInteger(value) || value.n < 0n || value.n > 400n) return undefined
  let product = 1n
  for (let at = 2n; at <= value.n; at += 1n) product *= at
  spend(Number(value.n))
  return Q.toRational(product)
}

export function binomial(n: Rational, k: Rational): Rational | undefined {
  if (!Q.isInteger(k) || !Q.isInteger(n) || k.n > 400n || n.n < 0n) return undefined
  if (k.n < 0n || k.n > n.n) return Q.zero
  let result = 1n
  for (let at = 1n; at <= k.n; at += 1n) result = (result * (n.n - k.n + at)) / at
  return Q.toRational(result)
}

const wholes = (args: readonly Rational[]) => args.every(Q.isInteger)

const functions: Record<string, (...args: Rational[]) => Rational | undefined> = {
  root: (of, index) => (index && Q.isInteger(index) ? of && Q.root(of, Number(index.n)) : undefined),
  abs: (of) => of && Q.absolute(of),
  re: (of) => of,
  im: () => Q.zero,
  conjugate: (of) => of,
  sign: (of) => of && Q.fromInteger(of.n > 0n ? 1 : of.n < 0n ? -1 : 0),
  floor: (of) => of && Q.fromInteger(Q.floor(of)),
  ceil: (of) => of && Q.fromInteger(-Q.floor(Q.negate(of))),
  factorial: (of) => of && factorial(of),
  binomial: (n, k) => n && k && binomial(n, k),
  permutations: (n, k) => {
    const ways = n && k && binomial(n, k)
    const orders = k && factorial(k)
    return ways && orders && Q.multiply(ways, orders)
  },
  log: (of, base) => (of && base ? exactLogarithm(of, base) : undefined),
  ln: (of) => (of && Q.equals(of, Q.one) ? Q.zero : undefined),
  exp: (of) => (of && Q.isZero(of) ? Q.one : undefined),
  max: (...args) => args.reduce((a, b) => (Q.compare(a, b) >= 0 ? a : b)),
  min: (...args) => args.reduce((a, b) => (Q.compare(a, b) <= 0 ? a : b)),
  gcd: (...args) => (wholes(args) ? Q.toRational(args.reduce((a, b) => Q.gcd(a, b.n), 0n)) : undefined),
  lcm: (...args) => {
    if (!wholes(args) || args.some(Q.isZero)) return undefined
    const all = args.reduce((a, b) => (a * b.n) / Q.gcd(a, b.n), 1n)
    return Q.toRational(all < 0n ? -all : all)
  },
  mod: (a, b) => {
    if (!a || !b || !wholes([a, b]) || b.n <= 0n) return undefined
    return Q.toRational(((a.n % b.n) + b.n) % b.n)
  },
}

/** The whole exponent that gives the number, where there is one. */
function exactLogarithm(of: Rational, base: Rational): Rational | undefined {
  if (of.n <= 0n || base.n <= 0n || Q.equals(base, Q.one)) return undefined
  const guess = Math.round(Math.log(Q.toNumber(of)) / Math.log(Q.toNumber(base)))
  if (!Number.isFinite(guess)) return undefined
  const reached = Q.power(base, BigInt(guess))
  return reached && Q.equals(reached, of) ? Q.fromInteger(guess) : undefined
}

function exactPower(base: Rational, exponent: Rational): Rational | undefined {
  if (Q.isInteger(exponent)) return Q.isZero(base) && exponent.n <= 0n ? undefined : Q.power(base, exponent.n)
  if (exponent.d > 64n || (base.n < 0n && exponent.d % 2n === 0n)) return undefined
  const rooted = Q.root(base, Number(exponent.d))
  return rooted && exactPower(rooted, Q.fromInteger(exponent.n))
}

function exactSeries(of: Extract<Expression, { kind: 'series' }>, values: Values): Rational | undefined {
  const [body, ...bounds] = of.parts
  const [from, to] = bounds.map((bound) => toExact(bound, values))
  if (!from || !to || !Q.isInteger(from) || !Q.isInteger(to) || to.n - from.n > maxTerms) return undefined
  const step = of.name === 'sum' ? Q.add : Q.multiply
  let result: Rational | undefined = of.name === 'sum' ? Q.zero : Q.one
  const inner = new Map(values)
  for (let at = from.n; at <= to.n && result; at += 1n) {
    const term = toExact(body, inner.set(of.variable, Q.fromInteger(at)))
    result = term && step(result, term)
  }
  return result
}

const fold = (
  values: readonly Rational[],
  step: (a: Rational, b: Rational) => Rational | undefined,
): Rational | undefined =>
  values.reduce<Rational | undefined>(
    (result, value, at) => (at === 0 ? value : result && step(result, value)),
    undefined,
  )

/** The exact value, or undefined where it is not rational, does not exist or is too long. */
export function toExact(of: Expression, values: Values = none): Rational | undefined {
  spend(1)
  if (of.kind === 'number') return of.value
  if (of.kind === 'symbol') return values.get(of.name)
  if (of.kind === 'series') return exactSeries(of, values)
  if (!/^(?:add|multiply|divide|power|call)$/.test(of.kind)) return undefined
  const parts = every(partsOf(of), (part) => toExact(part, values))
  const [first, second] = parts ?? []
  if (!parts || !first) return undefined
  if (of.kind === 'call') return functions[of.name]?.(...parts)
  if (of.kind === 'power') return second && exactPower(first, second)
  return fold(parts, of.kind === 'add' ? Q.add : of.kind === 'multiply' ? Q.multiply : Q.divide)
}
