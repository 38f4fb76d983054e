import { fromInteger, type Rational } from './rational.ts'

/** Where a text can be read in two ways, the same way is taken everywhere: one tag, one choice. */
export type Tag =
  | 'mixed'
  | 'percent'
  | 'degree'
  | 'e'
  | 'i'
  | 'log'
  | 'slash'
  | 'floor'
  | 'apply'
  | 'reach'
  | 'call-power'
  | 'inverse'
  | 'letters'
  | 'pi'

export type Bounds = { from: Expression; to: Expression }

export type Expression =
  /** `places`: how many decimals were written, where it was written with a decimal point. */
  | { kind: 'number'; value: Rational; places?: number }
  | { kind: 'symbol'; name: string }
  | { kind: 'constant'; name: 'pi' | 'e' | 'i' | 'infinity' }
  /** A unit of measure, or a word that stands where one would. */
  | { kind: 'unit'; name: string }
  | { kind: 'add'; terms: readonly Expression[] }
  | { kind: 'multiply'; factors: readonly Expression[] }
  | { kind: 'divide'; top: Expression; bottom: Expression }
  | { kind: 'power'; base: Expression; exponent: Expression }
  /** A known function: `sin`, `root` (of, index), `log` (of, base), `factorial`, `binomial`, … */
  | { kind: 'call'; name: string; args: readonly Expression[] }
  /** A function that nothing is known of, as in `f(2)`. */
  | { kind: 'apply'; name: string; args: readonly Expression[] }
  | { kind: 'derivative'; body: Expression; variable: string; order: number }
  | { kind: 'integral'; body: Expression; variable: string; bounds?: Bounds }
  | { kind: 'series'; name: 'sum' | 'product'; body: Expression; variable: string; bounds: Bounds }
  | { kind: 'limit'; body: Expression; variable: string; to: Expression; side: 'both' | 'above' | 'below' }
  /** What stands in brackets, at the upper bound minus at the lower. */
  | { kind: 'between'; body: Expression; bounds: Bounds }
  | { kind: 'matrix'; rows: readonly (readonly Expression[])[] }
  | { kind: 'either'; tag: Tag; first: Expression; second: Expression }

export const number = (value: Rational | number | bigint): Expression => ({
  kind: 'number',
  value: typeof value === 'object' ? value : fromInteger(value),
})
export const symbol = (name: string): Expression => ({ kind: 'symbol', name })
export const call = (name: string, ...args: Expression[]): Expression => ({ kind: 'call', name, args })
export const add = (...terms: Expression[]): Expression =>
  terms.length === 1 && terms[0] ? terms[0] : { kind: 'add', terms }
export const multiply = (...factors: Expression[]): Expression =>
  factors.length === 1 && factors[0] ? factors[0] : { kind: 'multiply', factors }
export const divide = (top: Expression, bottom: Expression): Expression => ({ kind: 'divide', top, bottom })
export const power = (base: Expression, exponent: Expression): Expression => ({ kind: 'power', base, exponent })
export const negate = (of: Expression): Expression =>
  of.kind === 'number' ? { ...of, value: { n: -of.value.n, d: of.value.d } } : multiply(number(-1), of)
export const subtract = (a: Expression, b: Expression): Expression => add(a, negate(b))

/** The direct parts of an expression. */
export function partsOf(of: Expression): readonly Expression[] {
  switch (of.kind) {
    case 'add':
      return of.terms
    case 'multiply':
      return of.factors
    case 'divide':
      return [of.top, of.bottom]
    case 'power':
      return [of.base, of.exponent]
    case 'call':
    case 'apply':
      return of.args
    case 'derivative':
      return [of.body]
    case 'integral':
      return of.bounds ? [of.body, of.bounds.from, of.bounds.to] : [of.body]
    case 'series':
    case 'between':
      return [of.body, of.bounds.from, of.bounds.to]
    case 'limit':
      return [of.body, of.to]
    case 'matrix':
      return of.rows.flat()
    case 'either':
      return [of.first, of.second]
    default:
      return []
  }
}

const mapBounds = ({ from, to }: Bounds, change: (part: Expression) => Expression): Bounds => ({
  from: change(from),
  to: change(to),
})

/** The same expression with each direct part changed. */
export function mapParts(of: Expression, change: (part: Expression) => Expression): Expression {
  switch (of.kind) {
    case 'add':
      return { kind: 'add', terms: of.terms.map(change) }
    case 'multiply':
      return { kind: 'multiply', factors: of.factors.map(change) }
    case 'divide':
      return { kind: 'divide', top: change(of.top), bottom: change(of.bottom) }
    case 'power':
      return { kind: 'power', base: change(of.base), exponent: change(of.exponent) }
    case 'call':
    case 'apply':
      return { ...of, args: of.args.map(change) }
    case 'derivative':
      return { ...of, body: change(of.body) }
    case 'integral':
      return { ...of, body: change(of.body), ...(of.bounds && { bounds: mapBounds(of.bounds, change) }) }
    case 'series':
    case 'between':
      return { ...of, body: change(of.body), bounds: mapBounds(of.bounds, change) }
    case 'limit':
      return { ...of, body: change(of.body), to: change(of.to) }
    case 'matrix':
      return { kind: 'matrix', rows: of.rows.map((row) => row.map(change)) }
    case 'either':
      return { ...of, first: change(of.first), second: change(of.second) }
    default:
      return of
  }
}

export function some(of: Expression, test: (part: Expression) => boolean): boolean {
  return test(of) || partsOf(of).some((part) => some(part, test))
}

/** The name that the expression itself binds: what stands for it outside has no meaning inside. */
export function boundName(of: Expression): string | undefined {
  if (of.kind === 'series' || of.kind === 'limit') return of.variable
  return of.kind === 'integral' && of.bounds ? of.variable : undefined
}

/** Names whose value decides the expression's, sorted. */
export function freeSymbols(...all: Expression[]): string[] {
  const names = new Set<string>()
  const visit = (of: Expression, bound: readonly string[]) => {
    if (of.kind === 'symbol' && !bound.includes(of.name)) names.add(of.name)
    if (of.kind === 'between') {
      visit(of.bounds.from, bound)
      visit(of.bounds.to, bound)
      visit(of.body, [...bound, toBetweenVariable(of.body) ?? ''])
      return
    }
    const name = boundName(of)
    if (name !== undefined && 'bounds' in of && of.bounds) {
      visit(of.bounds.from, bound)
      visit(of.bounds.to, bound)
      visit(of.body, [...bound, name])
      return
    }
    const inner = name === undefined ? bound : [...bound, name]
    for (const part of partsOf(of)) visit(part, inner)
  }
  for (const of of all) visit(of, [])
  return [...names].sort()
}

/** The variable of `[x³ + x]₀²`: the only letter in it. */
export function toBetweenVariable(body: Expression): string | undefined {
  const names = freeSymbols(body).filter((name) => name !== 'C')
  return names.length === 1 ? names[0] : undefined
}

/** With expressions in the place of names. Names that are bound inside stay. */
export function substitute(of: Expression, values: ReadonlyMap<string, Expression>): Expression {
  if (of.kind === 'symbol') return values.get(of.name) ?? of
  const bound = of.kind === 'between' ? toBetweenVariable(of.body) : boundName(of)
  if (bound !== undefined && values.has(bound) && 'bounds' in of && of.bounds) {
    const inner = new Map(values)
    inner.delete(bound)
    return {
      ...of,
      body: substitute(of.body, inner),
      bounds: mapBounds(of.bounds, (part) => substitute(part, values)),
    }
  }
  return mapParts(of, (part) => substitute(part, values))
}

/** The tags of the choices that the expressions leave open. */
export function openTags(...all: Expression[]): Tag[] {
  const tags = new Set<Tag>()
  for (const of of all) some(of, (part) => part.kind === 'either' && tags.add(part.tag) && false)
  return [...tags]
}

/** Takes the second way for the given tags and the first for all others. */
export function choose(of: Expression, seconds: ReadonlySet<Tag>): Expression {
  if (of.kind === 'either') return choose(seconds.has(of.tag) ? of.second : of.first, seconds)
  return mapParts(of, (part) => choose(part, seconds))
}

/** All ways to take the open choices, the likeliest first; at most sixteen. */
export function toReadings(tags: readonly Tag[]): ReadonlySet<Tag>[] {
  const used = tags.slice(0, 4)
  return Array.from(
    { length: 2 ** used.length },
    (_, mask) => new Set(used.filter((_tag, at) => (mask >> at) % 2 === 1)),
  )
}
