import { spend } from '../work.ts'

/** An exact fraction in lowest terms; the denominator is positive. */
export type Rational = { readonly n: bigint; readonly d: bigint }

/** Numbers longer than this are not computed with: what needs them is left to sampling. */
const maxBits = 1_280

const abs = (value: bigint) => (value < 0n ? -value : value)
const bits = (value: bigint) => abs(value).toString(16).length * 4

export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [abs(a), abs(b)]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

/** Returns undefined for a denominator of nought and for numbers that are too long. */
export function toRational(n: bigint, d: bigint = 1n): Rational | undefined {
  if (d === 0n) return undefined
  spend(1)
  if (d === 1n) return n > -0x1fffffffffffffn && n < 0x1fffffffffffffn ? { n, d } : within({ n, d })
  // Euclid's steps grow with the length, and so does each.
  const size = bits(n) + bits(d)
  if (size > maxBits * 4) return undefined
  spend((size * size) >> 9)
  const divisor = gcd(n, d) * (d < 0n ? -1n : 1n)
  return within({ n: n / divisor, d: d / divisor })
}

function within(value: Rational): Rational | undefined {
  return bits(value.n) + bits(value.d) > maxBits ? undefined : value
}

export const zero: Rational = { n: 0n, d: 1n }
export const one: Rational = { n: 1n, d: 1n }
export const minusOne: Rational = { n: -1n, d: 1n }
export const fromInteger = (value: number | bigint): Rational => ({ n: BigInt(value), d: 1n })

export const add = (a: Rational, b: Rational) =>
  a.d === 1n && b.d === 1n ? toRational(a.n + b.n) : toRational(a.n * b.d + b.n * a.d, a.d * b.d)
export const negate = (a: Rational): Rational => ({ n: -a.n, d: a.d })
export const multiply = (a: Rational, b: Rational) => toRational(a.n * b.n, a.d * b.d)
export const divide = (a: Rational, b: Rational) => toRational(a.n * b.d, a.d * b.n)
export const isZero = (a: Rational) => a.n === 0n
export const isInteger = (a: Rational) => a.d === 1n
export const equals = (a: Rational, b: Rational) => a.n === b.n && a.d === b.d
export const compare = (a: Rational, b: Rational) => {
  const [left, right] = [a.n * b.d, b.n * a.d]
  return left < right ? -1 : left > right ? 1 : 0
}
export const absolute = (a: Rational): Rational => (a.n < 0n ? negate(a) : a)
export const floor = (a: Rational): bigint => (a.n >= 0n || a.n % a.d === 0n ? a.n / a.d : a.n / a.d - 1n)

/** To a whole power. Returns undefined where the result is too long or does not exist. */
export function power(base: Rational, exponent: bigint): Rational | undefined {
  const times = abs(exponent)
  if (times > 1n && BigInt(bits(base.n) + bits(base.d) - 8) * times > BigInt(maxBits)) return undefined
  if (times > 100_000n) return undefined
  spend(Number(times >> 3n))
  const [n, d] = [base.n ** times, base.d ** times]
  return exponent < 0n ? toRational(d, n) : { n, d }
}

/** The whole root, where there is one that is exact. */
function integerRoot(value: bigint, index: number): bigint | undefined {
  if (value < 0n) {
    if (index % 2 === 0) return undefined
    const root = integerRoot(-value, index)
    return root === undefined ? undefined : -root
  }
  if (value < 2n) return value
  const k = BigInt(index)
  let guess = 1n << BigInt(Math.ceil(bits(value) / index) + 1)
  for (;;) {
    spend(4)
    const next = ((k - 1n) * guess + value / guess ** (k - 1n)) / k
    if (next >= guess) break
    guess = next
  }
  return guess ** k === value ? guess : undefined
}

export function root(value: Rational, index: number): Rational | undefined {
  if (index < 2 || index > 64) return undefined
  const n = integerRoot(value.n, index)
  const d = integerRoot(value.d, index)
  return n === undefined || d === undefined ? undefined : toRational(n, d)
}

/** Nearest double, also of fractions whose parts are beyond what a double can hold. */
export function toNumber(value: Rational): number {
  const direct = Number(value.n) / Number(value.d)
  if (Number.isFinite(direct) && (direct !== 0 || value.n === 0n)) return direct
  const shift = BigInt(bits(value.n) - bits(value.d) - 64)
  const scaled = shift > 0n ? value.n / (value.d << shift) : (value.n << -shift) / value.d
  return Number(scaled) * 2 ** Number(shift)
}

/** The fraction with a small denominator that a double stands for. */
export function toShortFraction(value: number): Rational | undefined {
  for (let d = 1; d <= 60; d += 1) {
    const n = Math.round(value * d)
    if (Number.isSafeInteger(n) && Math.abs(value - n / d) <= 1e-11 * Math.max(1, Math.abs(value)))
      return toRational(BigInt(n), BigInt(d))
  }
  return undefined
}

/** How many decimals it takes to write the number out, or undefined where that never ends. */
export function decimalPlaces(value: Rational): number | undefined {
  let rest = value.d
  let twos = 0
  let fives = 0
  for (; rest % 2n === 0n; twos += 1) rest /= 2n
  for (; rest % 5n === 0n; fives += 1) rest /= 5n
  return rest === 1n ? Math.max(twos, fives) : undefined
}
