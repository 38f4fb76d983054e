import * as C from './complex.ts'
import type { Approx } from './complex.ts'

type Of = (value: Approx) => Approx | undefined

/** Abscissas and weights of the double exponential rule, by level: they do not depend on what is integrated. */
type Node = { readonly x: number; readonly weight: number; readonly edge: number }
const rule: Node[][] = Array.from({ length: 7 }, (_, level) => {
  const step = 2 ** -level
  const nodes: Node[] = []
  for (let k = level === 0 ? 0 : 1; k * step <= 4; k += level === 0 ? 1 : 2) {
    const t = k * step
    const u = (Math.PI / 2) * Math.sinh(t)
    // `edge` is 1 − x, exact also where x is 1 for a double.
    const edge = 2 / (1 + Math.exp(2 * u))
    nodes.push({ x: Math.tanh(u), edge, weight: ((Math.PI / 2) * Math.cosh(t)) / Math.cosh(u) ** 2 })
  }
  return nodes
})

/** Integrates over a bounded stretch. Ends where the function is infinite are allowed. */
function integrateBounded(of: (x: number) => Approx | undefined, from: number, to: number): Approx | undefined {
  const [half, middle] = [(to - from) / 2, (from + to) / 2]
  let sum = C.real(0)
  let last: Approx | undefined
  let change = Infinity
  for (const [level, nodes] of rule.entries()) {
    for (const { x, edge, weight } of nodes) {
      for (const side of x === 0 ? [1] : [1, -1]) {
        const at = x === 0 ? middle : side > 0 ? to - half * edge : from + half * edge
        const isAtEnd = at === from || at === to
        const value = isAtEnd ? undefined : of(at)
        if (value && Number.isFinite(value.re) && Number.isFinite(value.im))
          sum = C.add(sum, C.multiply(value, C.real(weight)))
        else if (edge > 1e-9 && weight > 1e-12) return undefined
      }
    }
    const whole = C.multiply(sum, C.real(half * 2 ** -level))
    if (last) {
      const now = C.size(C.subtract(whole, last))
      if (level >= 3 && now <= 1e-11 * Math.max(1, C.size(whole)))
        return { ...whole, err: Math.max(whole.err, now * 10) }
      if (level === rule.length - 1 && now <= 1e-6 * Math.max(1, C.size(whole)) && now < change) {
        return { ...whole, err: now * 10 }
      }
      change = now
    }
    last = whole
  }
  return undefined
}

/** A definite integral. Undefined where it does not converge or the function is not defined all the way. */
export function integrate(of: Of, from: number, to: number): Approx | undefined {
  const plain = (x: number) => of(C.real(x))
  if (from === to) return C.real(0)
  if (from > to) {
    const turned = integrate(of, to, from)
    return turned && C.negate(turned)
  }
  if (Number.isFinite(from) && Number.isFinite(to)) return integrateBounded(plain, from, to)
  // x = t / (1 − t²) maps (−1, 1) to all of the line, and its halves to half lines.
  const start = Number.isFinite(from) ? from : Number.isFinite(to) ? to : 0
  const mapped = (sign: 1 | -1) => (t: number) => {
    const below = 1 - t
    const value = plain(start + (sign * t) / below)
    return value && C.multiply(value, C.real(1 / below ** 2))
  }
  const upper = to === Infinity ? integrateBounded(mapped(1), 0, 1) : C.real(0)
  const lower = from === -Infinity ? integrateBounded(mapped(-1), 0, 1) : C.real(0)
  return upper && lower && C.add(upper, lower)
}

/** Richardson's table: the limit of a sequence whose error falls like powers of 1/2. */
function extrapolate(sequence: readonly Approx[]): Approx | undefined {
  let row = [...sequence]
  let best: Approx | undefined
  for (let order = 1; row.length > 2; order += 1) {
    const factor = C.real(2 ** order)
    const next: Approx[] = []
    for (let at = 0; at + 1 < row.length; at += 1) {
      const [coarse, fine] = [row[at], row[at + 1]]
      if (!coarse || !fine) return undefined
      const value = C.divide(C.subtract(C.multiply(fine, factor), coarse), C.subtract(factor, C.real(1)))
      if (!value) return undefined
      next.push(value)
    }
    const [before, last] = [next.at(-2), next.at(-1)]
    if (before && last) {
      const err = Math.max(C.size(C.subtract(last, before)) * 2, last.err)
      if (!best || err < best.err) best = { ...last, err }
    }
    row = next
  }
  return best
}

/** Undefined where it does not settle. */
export function toLimit(of: Of, to: number, side: 'both' | 'above' | 'below'): Approx | undefined {
  const approach = (sign: 1 | -1) => {
    const values: Approx[] = []
    for (let k = 2; k <= 12; k += 1) {
      const value = of(C.real(Number.isFinite(to) ? to + sign * 2 ** -k * 0.7 : Math.sign(to) * 2 ** k * 3))
      if (!value || !Number.isFinite(value.re) || !Number.isFinite(value.im)) return undefined
      values.push(value)
    }
    const limit = extrapolate(values)
    return limit && limit.err < 1e-5 * Math.max(1, C.size(limit)) ? limit : undefined
  }
  if (!Number.isFinite(to)) return approach(1)
  const above = side === 'below' ? undefined : approach(1)
  const below = side === 'above' ? undefined : approach(-1)
  if (side !== 'both') return above ?? below
  if (!above || !below) return undefined
  return C.size(C.subtract(above, below)) <= (above.err + below.err) * 10 + 1e-9 ? above : undefined
}

const maxTerms = 4_096

/** A sum or product. Endless ones have to converge. */
export function toSeries(of: Of, from: number, to: number, isProduct: boolean): Approx | undefined {
  const fold = isProduct ? C.multiply : C.add
  let total = C.real(isProduct ? 1 : 0)
  const isEndless = to === Infinity
  if (!isEndless && to - from > 20_000) return undefined
  const partial: Approx[] = []
  let quiet = 0
  for (let k = 0; isEndless ? k < maxTerms : from + k <= to; k += 1) {
    const term = of(C.real(from + k))
    if (!term) return undefined
    total = fold(total, term)
    if (!Number.isFinite(total.re)) return undefined
    if (!isEndless) continue
    const change = isProduct ? C.size(C.subtract(term, C.real(1))) : C.size(term)
    quiet = change < 1e-17 * Math.max(1, C.size(total)) ? quiet + 1 : 0
    if (quiet > 8 && k > 16) return total
    if (k > 30 && Number.isInteger(Math.log2(k + 1))) partial.push(total)
  }
  if (!isEndless) return total
  const limit = extrapolate(partial)
  return limit && limit.err < 1e-6 * Math.max(1, C.size(limit)) ? limit : undefined
}
