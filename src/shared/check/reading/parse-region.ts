import { freeSymbols, type Expression } from '../algebra/expression.ts'
import { every } from '../every.ts'
import { toName } from './names.ts'
import { parseExpression } from './parse-expression.ts'
import { isMark, split, splitRelations, textOf, unwrap, type Relation } from './split-tokens.ts'
import type { Token } from './tokenise.ts'
import type { Interval, Value } from './value.ts'

type Region = Extract<Value, { kind: 'region' }>

/** An end, or nothing of it where it is infinite. */
type End = { end?: Expression | undefined }

function toEnd(tokens: readonly Token[]): End | undefined {
  if (/^[+-]?∞$/.test(textOf(tokens))) return {}
  const end = parseExpression(tokens)
  return end && { end }
}

/** `[a, b)`. Round on both sides it may be a point: then only where an end is infinite. */
function parseInterval(tokens: readonly Token[], isSure: boolean): Interval | undefined {
  const inner = unwrap(tokens, '([', ')]')
  const ends = inner && every(split(inner, (token) => isMark(token, ',;')).parts, toEnd)
  const [from, to] = ends ?? []
  if (!from || !to || ends?.length !== 2) return undefined
  const [hasFrom, hasTo] = [isMark(tokens[0], '['), isMark(tokens.at(-1), ']')]
  if (!isSure && !hasFrom && !hasTo && from.end && to.end) return undefined
  return { from: from.end, to: to.end, hasFrom, hasTo }
}

/** `{1, 2}` in a union. */
function toPoints(tokens: readonly Token[]): Interval[] | undefined {
  const inner = unwrap(tokens, '⦃', '⦄')
  const points = inner && every(split(inner, (token) => isMark(token, ',')).parts, parseExpression)
  return points?.map((point) => ({ from: point, to: point, hasFrom: true, hasTo: true }))
}

/** `(−∞, 1) ∪ [2, 3]`, as far as it is a union: points are left to others. */
function parseUnion(tokens: readonly Token[]): Interval[] | undefined {
  const { parts } = split(tokens, (token) => isMark(token, '∪'))
  const isSure = parts.length > 1
  return every(parts, (part) => parseInterval(part, isSure) ?? (isSure ? toPoints(part) : undefined))?.flat()
}

const nameOf = (of: Expression | undefined) => (!of || of.kind === 'multiply' ? undefined : toName(of))
const mirrored: Partial<Record<Relation, Relation>> = { '<': '>', '>': '<', '≤': '≥', '≥': '≤' }

function toPieces(relation: Relation | undefined, end: Expression): Interval[] | undefined {
  const below: Interval = { to: end, hasFrom: false, hasTo: relation === '≤' }
  const above: Interval = { from: end, hasFrom: relation === '≥', hasTo: false }
  if (relation === '≠') return [below, above]
  return relation === '<' || relation === '≤' ? [below] : relation === '>' || relation === '≥' ? [above] : undefined
}

/** `x > 2`, `5 ≤ x`, `x ≠ 0`: of `a > b` neither side is plainly the end. `1 < x ≤ 3` is both at once. */
function parseInequality(tokens: readonly Token[]): Region | undefined {
  const { sides, relations } = splitRelations(tokens)
  const ends = every(sides, toEnd)
  const [a, b, c] = ends ?? []
  const [first, second, ...more] = relations
  if (!a || !b || !first || more.length > 0) return undefined
  if (c && second) {
    const [low, high] = [toPieces(mirrored[first], a.end ?? infinite), toPieces(second, c.end ?? infinite)]
    const name = nameOf(b.end)
    const [x, y] = [low?.[0], high?.[0]]
    return name !== undefined && x && y
      ? meet({ kind: 'region', name, pieces: [x] }, { kind: 'region', name, pieces: [y] })
      : undefined
  }
  for (const [named, other, relation] of [
    [a, b, first],
    [b, a, mirrored[first] ?? first],
  ] as const) {
    const name = nameOf(named.end)
    if (name === undefined || !other.end || other.end.kind === 'symbol' || freeSymbols(other.end).includes(name))
      continue
    const pieces = toPieces(relation, other.end)
    return pieces && { kind: 'region', name, pieces }
  }
  return undefined
}

const infinite: Expression = { kind: 'constant', name: 'infinity' }
const finite = (end: Expression | undefined) => (end === infinite ? undefined : end)

/** Both at once: only where the one goes up from an end and the other down to one. */
function meet(a: Region, b: Region): Region | undefined {
  const [x, y] = [a.pieces[0], b.pieces[0]]
  const [low, high] = x?.from ? [x, y] : [y, x]
  if (!low?.from || low.to || !high?.to || high.from || a.pieces.length + b.pieces.length > 2 || a.name !== b.name)
    return undefined
  return { ...a, pieces: [{ from: finite(low.from), to: finite(high.to), hasFrom: low.hasFrom, hasTo: high.hasTo }] }
}

const isOr = (token: Token) => token.type === 'text' && /^(?:or|或者?)$/i.test(token.value.trim())
const isAnd = (token: Token) => token.type === 'text' && /^(?:and|且|并且)$/i.test(token.value.trim())

function parseAlternative(tokens: readonly Token[]): Region | undefined {
  const [a, b, ...more] = split(tokens, isAnd).parts.map(parseInequality)
  return b && a && more.length === 0 ? meet(a, b) : b ? undefined : a
}

/** `{x | x ≥ 2}`. */
function parseSet(tokens: readonly Token[]): readonly Interval[] | undefined {
  const inner = unwrap(tokens, '⦃', '⦄')
  const bar = inner?.findIndex((token) => isMark(token, '|:')) ?? 0
  return inner && bar > 0 && bar < 5 ? parseRegion(inner.slice(bar + 1))?.pieces : undefined
}

/** A part of the real line, as intervals, inequalities or a set with a condition. */
export function parseRegion(tokens: readonly Token[]): Region | undefined {
  const [first, second] = tokens
  const isMember = first?.type === 'letter' && isMark(second, '∈')
  const rest = isMember ? tokens.slice(2) : tokens
  const pieces = parseSet(rest) ?? parseUnion(rest)
  if (pieces || isMember) return pieces && { kind: 'region', name: isMember ? first.value : undefined, pieces }
  const { parts, separators } = split(tokens, (token) => isOr(token) || isMark(token, ','))
  const regions = every(parts, parseAlternative)
  const [one] = regions ?? []
  // x > 1, x < 5 may mean either.
  if (!one || regions?.some(({ name }) => name !== one.name) || (separators.length > 0 && !separators.some(isOr)))
    return undefined
  return { ...one, pieces: regions?.flatMap((region) => region.pieces) ?? [] }
}
