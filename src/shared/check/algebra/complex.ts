/** A complex double with a bound on its absolute error, so that rounding is never taken for a difference. */
export type Approx = { readonly re: number; readonly im: number; readonly err: number }

const epsilon = 2.3e-16

export const size = (a: Approx) => (a.im === 0 ? Math.abs(a.re) : Math.hypot(a.re, a.im))
const make = (re: number, im: number, err: number): Approx => ({
  re,
  im,
  err: err + epsilon * (Math.abs(re) + Math.abs(im)),
})
export const real = (value: number, err = 0): Approx => make(value, 0, err)
export const isReal = (a: Approx) => Math.abs(a.im) <= a.err * 4 || a.im === 0
export const isUsable = (a: Approx) =>
  Number.isFinite(a.re) && Number.isFinite(a.im) && a.err < 1e250 && a.err <= 1e-4 * Math.max(size(a), 1e-6) + 1e-9

export const add = (a: Approx, b: Approx) => make(a.re + b.re, a.im + b.im, a.err + b.err)
export const negate = (a: Approx): Approx => ({ re: -a.re, im: -a.im, err: a.err })
export const subtract = (a: Approx, b: Approx) => add(a, negate(b))
export const multiply = (a: Approx, b: Approx) =>
  make(
    a.re * b.re - a.im * b.im,
    a.re * b.im + a.im * b.re,
    size(a) * b.err + size(b) * a.err + epsilon * size(a) * size(b),
  )

export function divide(a: Approx, b: Approx): Approx | undefined {
  const below = size(b)
  if (below <= b.err * 8 || below === 0) return undefined
  const scale = b.re * b.re + b.im * b.im
  const err = a.err / below + (size(a) * b.err) / below / below
  if (scale === 0 || !Number.isFinite(scale)) return undefined
  if (b.im === 0) return make(a.re / b.re, a.im / b.re, err)
  return make((a.re * b.re + a.im * b.im) / scale, (a.im * b.re - a.re * b.im) / scale, err)
}

export function exp(a: Approx): Approx {
  const grown = Math.exp(a.re)
  const err = grown * a.err
  return a.im === 0 ? make(grown, 0, err) : make(grown * Math.cos(a.im), grown * Math.sin(a.im), err + grown * epsilon)
}

/** Principal value. */
export function log(a: Approx): Approx | undefined {
  const length = size(a)
  if (length <= a.err * 8) return undefined
  return make(Math.log(length), isReal(a) ? (a.re < 0 ? Math.PI : 0) : Math.atan2(a.im, a.re), a.err / length)
}

export function sqrt(a: Approx): Approx {
  const length = size(a)
  const err = length > a.err ? a.err / Math.sqrt(length) : Math.sqrt(a.err)
  if (isReal(a)) return a.re >= 0 ? make(Math.sqrt(a.re), 0, err) : make(0, Math.sqrt(-a.re), err)
  const re = Math.sqrt((length + a.re) / 2)
  return make(re, Math.sign(a.im) * Math.sqrt((length - a.re) / 2), err + epsilon * Math.sqrt(length))
}

function integerPower(base: Approx, exponent: number): Approx | undefined {
  if (Math.abs(exponent) > 100_000) return undefined
  let result = real(1)
  let factor = base
  for (let rest = Math.abs(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = multiply(result, factor)
    factor = multiply(factor, factor)
  }
  return exponent < 0 ? divide(real(1), result) : result
}

/** Principal value; a real power of a positive number stays real. */
export function power(base: Approx, exponent: Approx): Approx | undefined {
  if (exponent.im === 0 && Number.isInteger(exponent.re) && exponent.err < 1e-9) return integerPower(base, exponent.re)
  const length = size(base)
  if (length <= base.err)
    return exponent.re > 0 && exponent.im === 0 ? real(0, base.err ** Math.min(exponent.re, 1)) : undefined
  const logarithm = log(base)
  if (!logarithm) return undefined
  const grown = exp(multiply(logarithm, exponent))
  if (isReal(base) && base.re > 0 && exponent.im === 0) return make(base.re ** exponent.re, 0, grown.err)
  return grown
}

/** The root that school takes: real wherever the number is real and the index odd. */
export function root(a: Approx, index: number): Approx | undefined {
  if (index === 2) return sqrt(a)
  if (isReal(a) && a.re < 0 && index % 2 === 1) {
    const positive = power(negate(a), real(1 / index))
    return positive && negate(positive)
  }
  return power(a, real(1 / index))
}

const i: Approx = { re: 0, im: 1, err: 0 }
const times = (a: Approx, factor: number) => multiply(a, real(factor))

function sinCos(a: Approx): [Approx, Approx] {
  const err = a.err + epsilon * Math.abs(a.re)
  if (a.im === 0) return [make(Math.sin(a.re), 0, err), make(Math.cos(a.re), 0, err)]
  const [sh, ch] = [Math.sinh(a.im), Math.cosh(a.im)]
  return [
    make(Math.sin(a.re) * ch, Math.cos(a.re) * sh, err * ch),
    make(Math.cos(a.re) * ch, -Math.sin(a.re) * sh, err * ch),
  ]
}

const sin = (a: Approx) => sinCos(a)[0]
const cos = (a: Approx) => sinCos(a)[1]
const inverse = (a: Approx | undefined) => a && divide(real(1), a)
const tan = (a: Approx) => divide(sin(a), cos(a))
const sinh = (a: Approx) => times(subtract(exp(a), exp(negate(a))), 0.5)
const cosh = (a: Approx) => times(add(exp(a), exp(negate(a))), 0.5)

function arcsin(a: Approx): Approx | undefined {
  if (isReal(a) && Math.abs(a.re) < 1) return real(Math.asin(a.re), a.err / Math.sqrt(1 - a.re * a.re))
  if (isReal(a) && Math.abs(a.re) <= 1 + a.err) return real(Math.asin(Math.sign(a.re)), Math.sqrt(a.err))
  const inner = log(add(multiply(i, a), sqrt(subtract(real(1), multiply(a, a)))))
  return inner && multiply(negate(i), inner)
}

function arctan(a: Approx): Approx | undefined {
  if (isReal(a)) return real(Math.atan(a.re), a.err)
  const upper = log(subtract(real(1), multiply(i, a)))
  const lower = log(add(real(1), multiply(i, a)))
  return upper && lower && times(multiply(i, subtract(upper, lower)), 0.5)
}

const arccos = (a: Approx) => {
  const other = arcsin(a)
  return other && subtract(real(Math.PI / 2), other)
}

const ofInverse = (of: (a: Approx) => Approx | undefined) => (a: Approx) => {
  const turned = inverse(a)
  return turned && of(turned)
}

/** A value that jumps: not to be had where the error reaches over the jump. */
const stepped = (of: (value: number) => number) => (a: Approx) => {
  if (!isReal(a)) return undefined
  const [below, above] = [of(a.re - a.err), of(a.re + a.err)]
  if (below === above) return real(below)
  const near = Math.round(a.re)
  return Math.abs(a.re - near) <= a.err * 4 ? real(of(near)) : undefined
}

/** Functions of one number, by their names in an expression. */
export const functions: Record<string, (a: Approx) => Approx | undefined> = {
  sin,
  cos,
  tan,
  cot: (a) => divide(cos(a), sin(a)),
  sec: (a) => inverse(cos(a)),
  csc: (a) => inverse(sin(a)),
  sinh,
  cosh,
  tanh: (a) => divide(sinh(a), cosh(a)),
  coth: (a) => divide(cosh(a), sinh(a)),
  arcsin,
  arccos,
  arctan,
  arccot: (a) => {
    const other = arctan(a)
    return other && subtract(real(Math.PI / 2), other)
  },
  arcsec: ofInverse(arccos),
  arccsc: ofInverse(arcsin),
  arsinh: (a) => log(add(a, sqrt(add(multiply(a, a), real(1))))),
  arcosh: (a) => log(add(a, sqrt(subtract(multiply(a, a), real(1))))),
  artanh: (a) => {
    const ratio = divide(add(real(1), a), subtract(real(1), a))
    const inner = ratio && log(ratio)
    return inner && times(inner, 0.5)
  },
  exp,
  ln: log,
  abs: (a) => make(size(a), 0, a.err),
  re: (a) => make(a.re, 0, a.err),
  im: (a) => make(a.im, 0, a.err),
  conjugate: (a) => ({ re: a.re, im: -a.im, err: a.err }),
  sign: stepped(Math.sign),
  floor: stepped(Math.floor),
  ceil: stepped(Math.ceil),
}
