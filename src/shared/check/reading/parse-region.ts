import * as E from '../algebra/expression.ts'
import type { Expression } from '../algebra/expression.ts'
import { toDepthChange, toRelation, type Relation } from './chains.ts'
import { toName } from './names.ts'
import { parseExpression } from './parse-expression.ts'
import type { Token } from './tokenise.ts'
import type { Interval, Value } from './value.ts'

type Region = Extract<Value, { kind: 'region' }>

const isMark = (token: Token | undefined, signs: string) => token?.type === 'mark' && signs.includes(token.value)

/** An infinite end, which has no place on the line. */
function isInfinite(tokens: readonly Token[]): boolean {
  const signs = tokens.map(({ value }) => value).join('')
  return /^[+-]?∞$/.test(signs)
}

function split(tokens: readonly Token[], isSeparator: (token: Token) => boolean): Token[][] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (depth === 0 && isSeparator(token)) parts.push([])
    else parts.at(-1)?.push(token)
    depth = Math.max(0, depth + toDepthChange(token))
  }
  return parts
}

/** `[a, b)`. Round on both sides it may be a point: then only where an end is infinite. */
function parseInterval(tokens: readonly Token[], isSure: boolean): Interval | undefined {
  const [open, close] = [tokens[0], tokens.at(-1)]
  if (!isMark(open, '([') || !isMark(close, ')]') || tokens.length < 5) return undefined
  const ends = split(tokens.slice(1, -1), (token) => isMark(token, ',;'))
  const [low, high] = ends
  if (ends.length !== 2 || !low || !high) return undefined
  if (!isSure && isMark(open, '(') && isMark(close, ')') && !isInfinite(low) && !isInfinite(high)) return undefined
  const [from, to] = [low, high].map((end) => (isInfinite(end) ? undefined : parseExpression(end)))
  if ((!isInfinite(low) && !from) || (!isInfinite(high) && !to)) return undefined
  return { ...(from && { from }), ...(to && { to }), hasFrom: isMark(open, '['), hasTo: isMark(close, ']') }
}

/** `(−∞, 1) ∪ [2, 3]`, as far as it is a union: points are left to others. */
function parseUnion(tokens: readonly Token[]): Interval[] | undefined {
  const parts = split(tokens, (token) => token.value === '∪' && token.type === 'mark')
  const isSure = parts.length > 1
  const pieces = parts.map((part) => parseInterval(part, isSure) ?? (isSure ? toPoints(part) : undefined))
  return pieces.every((piece) => piece !== undefined) ? pieces.flat() : undefined
}

/** `{1, 2}` in a union. */
function toPoints(tokens: readonly Token[]): Interval[] | undefined {
  if (!isMark(tokens[0], '⦃') || !isMark(tokens.at(-1), '⦄')) return undefined
  const points = split(tokens.slice(1, -1), (token) => isMark(token, ',')).map((part) => parseExpression(part))
  return points.every((point) => point !== undefined)
    ? points.map((point) => ({ from: point, to: point, hasFrom: true, hasTo: true }))
    : undefined
}

const nameOf = (of: Expression) => (of.kind === 'multiply' ? undefined : toName(of))
const isEnd = (of: Expression) => of.kind !== 'symbol'
const mirrored: Partial<Record<Relation, Relation>> = { '<': '>', '>': '<', '≤': '≥', '≥': '≤' }

/** A side of an inequality: what it is, or nothing of it where it is infinite. */
type Side = { expression?: Expression }

function toSide(tokens: readonly Token[]): Side | undefined {
  if (isInfinite(tokens)) return {}
  const expression = parseExpression(tokens)
  return expression && { expression }
}

/** `x > 2`, `5 ≤ x`, `x ≠ 0`. Of `a > b` neither side is plainly the end. */
function parseOneSided(a: Expression, relation: Relation, b: Expression): Region | undefined {
  const [left, right] = [nameOf(a), nameOf(b)]
  if (left !== undefined && isEnd(b) && !E.freeSymbols(b).includes(left)) return toRegion(left, relation, b)
  if (right !== undefined && isEnd(a) && !E.freeSymbols(a).includes(right))
    return toRegion(right, mirrored[relation] ?? relation, a)
  return undefined
}

/** `1 < x ≤ 3` and what has one side. Letters may stand in the ends. */
function parseInequality(tokens: readonly Token[]): Region | undefined {
  const relations: Relation[] = []
  let depth = 0
  for (const token of tokens) {
    const relation = depth === 0 ? toRelation(token) : undefined
    if (relation) relations.push(relation)
    depth = Math.max(0, depth + toDepthChange(token))
  }
  const [a, b, c] = split(tokens, (token) => toRelation(token) !== undefined).map(toSide)
  const [first, second] = relations
  if (!a || !b?.expression || first === undefined) return undefined
  if (second === undefined) return a.expression && parseOneSided(a.expression, first, b.expression)
  const name = nameOf(b.expression)
  const isUp = /[<≤]/.test(first) && /[<≤]/.test(second)
  const isDown = /[>≥]/.test(first) && /[>≥]/.test(second)
  if (!c || relations.length > 2 || name === undefined || (!isUp && !isDown)) return undefined
  const [low, high] = isUp ? [a.expression, c.expression] : [c.expression, a.expression]
  const [hasFrom, hasTo] = [isUp ? first : second, isUp ? second : first].map((relation) => /[≤≥]/.test(relation))
  const piece = {
    ...(low && { from: low }),
    ...(high && { to: high }),
    hasFrom: hasFrom === true,
    hasTo: hasTo === true,
  }
  return { kind: 'region', name, pieces: [piece] }
}

function toRegion(name: string, relation: Relation, end: Expression): Region | undefined {
  const has = relation === '≤' || relation === '≥'
  if (relation === '<' || relation === '≤')
    return { kind: 'region', name, pieces: [{ to: end, hasFrom: false, hasTo: has }] }
  if (relation === '>' || relation === '≥')
    return { kind: 'region', name, pieces: [{ from: end, hasFrom: has, hasTo: false }] }
  if (relation !== '≠') return undefined
  return {
    kind: 'region',
    name,
    pieces: [
      { to: end, hasFrom: false, hasTo: false },
      { from: end, hasFrom: false, hasTo: false },
    ],
  }
}

/** Both at once: only where the one goes up from an end and the other down to one. */
function meet(a: Region, b: Region): Region | undefined {
  const [x, y] = [a.pieces[0], b.pieces[0]]
  if (!x || !y || a.pieces.length > 1 || b.pieces.length > 1 || a.name !== b.name) return undefined
  const [low, high] = x.from ? [x, y] : [y, x]
  if (!low.from || low.to || !high.to || high.from) return undefined
  return {
    kind: 'region',
    ...(a.name !== undefined && { name: a.name }),
    pieces: [{ from: low.from, to: high.to, hasFrom: low.hasFrom, hasTo: high.hasTo }],
  }
}

const isOr = (token: Token) => token.type === 'text' && /^(?:or|或者?)$/i.test(token.value.trim())
const isAnd = (token: Token) => token.type === 'text' && /^(?:and|且|并且)$/i.test(token.value.trim())

/** A part of the real line, as intervals, inequalities or a set with a condition. */
export function parseRegion(tokens: readonly Token[]): Region | undefined {
  const [first, second] = tokens
  if (first?.type === 'letter' && second?.value === '∈' && second.type === 'mark') {
    const pieces = parseUnion(tokens.slice(2)) ?? parseSet(tokens.slice(2))
    return pieces && { kind: 'region', name: first.value, pieces }
  }
  const set = parseSet(tokens)
  if (set) return { kind: 'region', pieces: set }
  const pieces = parseUnion(tokens)
  if (pieces) return { kind: 'region', pieces }
  const alternatives = split(tokens, (token) => isOr(token) || isMark(token, ','))
  const isCut = alternatives.length > 1 && !tokens.some(isOr)
  const regions = alternatives.map((part) => {
    const both = split(part, isAnd).map(parseInequality)
    const [a, b] = both
    return both.length === 1 ? a : both.length === 2 && a && b ? meet(a, b) : undefined
  })
  if (!regions.every((region) => region !== undefined)) return undefined
  const names = new Set(regions.map((region) => region.name))
  const [name] = names
  // x > 1, x < 5 may mean either.
  if (names.size !== 1 || isCut) return undefined
  return { kind: 'region', ...(name !== undefined && { name }), pieces: regions.flatMap((region) => region.pieces) }
}

/** `{x | x ≥ 2}`. */
function parseSet(tokens: readonly Token[]): readonly Interval[] | undefined {
  if (!isMark(tokens[0], '⦃') || !isMark(tokens.at(-1), '⦄')) return undefined
  const inner = tokens.slice(1, -1)
  const bar = inner.findIndex((token) => isMark(token, '|:'))
  if (bar < 1 || bar > 4) return undefined
  return parseRegion(inner.slice(bar + 1))?.pieces
}
