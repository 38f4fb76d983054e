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

type Pair = readonly [Expression, Expression]
type Triple = readonly [Expression, Expression, Expression]

/** A tree whose branches are `parts`. Where a node binds a name, it binds it in its first part alone. */
export type Expression =
  /** `places`: how many decimals were written, where it was written with a decimal point. */
  | { kind: 'number'; value: Rational; places?: number | undefined }
  | { kind: 'symbol'; name: string }
  | { kind: 'constant'; name: 'pi' | 'e' | 'i' | 'infinity' }
  /** A unit of measure, or a word that stands where one would. */
  | { kind: 'unit'; name: string }
  | { kind: 'add'; parts: readonly Expression[] }
  | { kind: 'multiply'; parts: readonly Expression[] }
  /** Above and below the line. */
  | { kind: 'divide'; parts: Pair }
  /** Base and exponent. */
  | { kind: 'power'; parts: Pair }
  /** A known function: `sin`, `root` (of, index), `log` (of, base), `factorial`, `binomial`, … */
  | { kind: 'call'; name: string; parts: readonly Expression[] }
  /** A function that nothing is known of, as in `f(2)`. */
  | { kind: 'apply'; name: string; parts: readonly Expression[] }
  | { kind: 'derivative'; parts: readonly [Expression]; variable: string; order: number }
  /** Of what, and where there are bounds, from and to. */
  | { kind: 'integral'; parts: readonly [Expression] | Triple; variable: string }
  /** Of what, from and to. */
  | { kind: 'series'; name: 'sum' | 'product'; parts: Triple; variable: string }
  /** Of what, and where the variable goes. */
  | { kind: 'limit'; parts: Pair; variable: string; side: 'both' | 'above' | 'below' }
  /** What stands in brackets, and the bounds: at the upper one minus at the lower. */
  | { kind: 'between'; parts: Triple }
  /** Entries row by row. */
  | { kind: 'matrix'; parts: readonly Expression[]; columns: number }
  | { kind: 'either'; tag: Tag; parts: Pair }

export const number = (value: Rational | number | bigint): Expression => ({
  kind: 'number',
  value: typeof value === 'object' ? value : fromInteger(value),
})
export const symbol = (name: string): Expression => ({ kind: 'symbol', name })
export const call = (name: string, ...parts: Expression[]): Expression => ({ kind: 'call', name, parts })
export const add = (...parts: Expression[]): Expression =>
  parts.length === 1 && parts[0] ? parts[0] : { kind: 'add', parts }
export const multiply = (...parts: Expression[]): Expression =>
  parts.length === 1 && parts[0] ? parts[0] : { kind: 'multiply', parts }
export const divide = (...parts: Pair): Expression => ({ kind: 'divide', parts })
export const power = (...parts: Pair): Expression => ({ kind: 'power', parts })
export const either = (tag: Tag, ...parts: Pair): Expression => ({ kind: 'either', tag, parts })
export const negate = (of: Expression): Expression =>
  of.kind === 'number' ? { ...of, value: { n: -of.value.n, d: of.value.d } } : multiply(number(-1), of)
export const subtract = (a: Expression, b: Expression): Expression => add(a, negate(b))

const none: readonly Expression[] = []
export const partsOf = (of: Expression): readonly Expression[] => ('parts' in of ? of.parts : none)

/** The same expression with each part changed. */
export const mapParts = (of: Expression, change: (part: Expression, at: number) => Expression): Expression =>
  // As many parts as before.
  'parts' in of ? ({ ...of, parts: of.parts.map(change) } as Expression) : of

export function some(of: Expression, test: (part: Expression) => boolean): boolean {
  return test(of) || partsOf(of).some((part) => some(part, test))
}

export const isIndefinite = (of: Expression) => of.kind === 'integral' && of.parts.length === 1

/** The name that has no meaning outside of the first part. */
function boundName(of: Expression): string | undefined {
  if (of.kind === 'between') return toBetweenVariable(of.parts[0])
  return (of.kind === 'integral' && !isIndefinite(of)) || of.kind === 'series' || of.kind === 'limit'
    ? of.variable
    : undefined
}

/** Names whose value decides the expression's, sorted. */
export function freeSymbols(...all: Expression[]): string[] {
  const names = new Set<string>()
  const visit = (of: Expression, bound: readonly string[]) => {
    if (of.kind === 'symbol' && !bound.includes(of.name)) names.add(of.name)
    const name = boundName(of)
    for (const [at, part] of partsOf(of).entries())
      visit(part, name !== undefined && at === 0 ? [...bound, name] : bound)
  }
  for (const of of all) visit(of, [])
  return [...names].sort()
}

/** The variable of `[x³ + x]₀²`: the only letter in it. */
export function toBetweenVariable(body: Expression): string | undefined {
  const [name, ...others] = freeSymbols(body).filter((each) => each !== 'C')
  return others.length === 0 ? name : undefined
}

/** With expressions in the place of names. Names that are bound inside stay. */
export function substitute(of: Expression, values: ReadonlyMap<string, Expression>): Expression {
  if (of.kind === 'symbol') return values.get(of.name) ?? of
  const name = boundName(of)
  const inner = name !== undefined && values.has(name) ? new Map([...values].filter(([key]) => key !== name)) : values
  return mapParts(of, (part, at) => substitute(part, at === 0 ? inner : values))
}

/** The tags of the choices that the expressions leave open. */
export function openTags(...all: Expression[]): Tag[] {
  const tags = new Set<Tag>()
  for (const of of all) some(of, (part) => part.kind === 'either' && tags.add(part.tag) && false)
  return [...tags]
}

/** Takes the second way for the given tags and the first for all others. */
export function choose(of: Expression, seconds: ReadonlySet<Tag>): Expression {
  if (of.kind === 'either') return choose(of.parts[seconds.has(of.tag) ? 1 : 0], seconds)
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
