import * as E from '../algebra/expression.ts'
import { every } from '../every.ts'
import { toName, toRootName } from './names.ts'
import { parseExpression } from './parse-expression.ts'
import { parseRegion } from './parse-region.ts'
import { isMark, split, splitRelations, toRelation, unwrap } from './split-tokens.ts'
import { tokenise, type Token } from './tokenise.ts'
import type { Value } from './value.ts'
import { parseWords } from './value-words.ts'

type Named = Extract<Value, { kind: 'named' }>
/** `isOuter`: what joins it to the piece before is weaker than a comma. */
type Piece = { tokens: Token[]; isOuter: boolean }

const joints = /^(?:,?\s*)(?:and|or|或者?|和|与|及|以及|且)(?:\s+or)?$/i
const rejected = /舍|reject|extraneous|discard|不合题意|增根|not valid|invalid/i

/** Splits at commas and at words that join, not inside brackets. */
function splitList(tokens: readonly Token[]): Piece[] {
  const isJoint = (token: Token) => isMark(token, ',;␣') || (token.type === 'text' && joints.test(token.value.trim()))
  const { parts, separators } = split(tokens, isJoint)
  const pieces: Piece[] = []
  let isOuter = false
  for (const [at, part] of parts.entries()) {
    isOuter ||= /;|or|或/i.test(separators[at - 1]?.value ?? '')
    if (part.length === 0) continue
    pieces.push({ tokens: part, isOuter })
    isOuter = false
  }
  return pieces
}

const flatten = (items: readonly Value[]): Value[] =>
  items.flatMap((item) => (item.kind === 'several' ? item.items : [item]))

function parseRatio(tokens: readonly Token[]): Value | undefined {
  const { parts } = split(tokens, (token) => isMark(token, ':'))
  const expressions = parts.length > 1 ? every(parts, parseExpression) : undefined
  return expressions && { kind: 'ratio', parts: expressions }
}

/** Both values of `±`. */
function withBothSigns(value: Value): Value {
  if (value.kind !== 'expression' || !E.freeSymbols(value.expression).includes('±')) return value
  const { expression } = value
  return {
    kind: 'several',
    items: [1, -1].map((sign) => ({
      ...value,
      expression: E.substitute(expression, new Map([['±', E.number(sign)]])),
    })),
  }
}

/** `{1, 2}`, `(1, 2)`, `(12)`. */
function parseBrackets(tokens: readonly Token[]): Value | undefined {
  const set = unwrap(tokens, '⦃', '⦄')
  if (set?.length === 0) return { kind: 'empty' }
  const items = set && parseItems(splitList(set))
  if (items) return { kind: 'several', items: flatten(items) }
  const invisible = unwrap(tokens, '{', '}')
  if (invisible) return parseTokens(invisible)
  const round = unwrap(tokens, '(⟨', ')⟩')
  const pieces = round ? splitList(round) : []
  if (pieces.some((piece) => piece.tokens.some(toRelation))) return undefined
  const values = every(pieces, (piece) => parsePiece(piece.tokens))
  return values && values.length > 1 ? { kind: 'tuple', items: values } : values?.[0]
}

/** `(x, y) = (1, 2)`: each name with its value. */
function pairUp(names: readonly Token[], value: Value): Value | undefined {
  const inner = unwrap(names, '(', ')')
  const left = inner && every(splitList(inner), ({ tokens }) => toName(parseExpression(tokens) ?? E.number(0)))
  if (value.kind !== 'tuple' || left?.length !== value.items.length) return undefined
  return {
    kind: 'together',
    items: left.map((name, at) => ({ kind: 'named', name, value: value.items[at] ?? { kind: 'empty' } })),
  }
}

function parseRelation(tokens: readonly Token[]): Value | undefined {
  const { sides, relations } = splitRelations(tokens)
  const [first = [], ...others] = sides
  const last = others.at(-1) ?? []
  const [relation, ...more] = relations
  const left = parseExpression(first)
  if (relations.every((sign) => sign === '=' || sign === '≈')) {
    const right = parsePiece(last)
    const pairs = right && pairUp(first, right)
    if (pairs) return pairs
    const name = left && toName(left)
    const value = right?.kind === 'expression' ? { ...right, isApproximate: relations.at(-1) === '≈' } : right
    if (first.length === 0 || (value?.kind === 'ratio' && parseRatio(first))) return value
    // In a chain of equals, what counts is the end.
    if (name !== undefined && value) return { kind: 'named', name, value: withBothSigns(value) }
  }
  const right = parseExpression(last)
  return left && right && relation && more.length === 0 && relation !== 'other'
    ? { kind: 'relation', left, relation, right }
    : undefined
}

function parsePiece(all: readonly Token[]): Value | undefined {
  // A word in brackets behind says what is counted, or nothing: 3（个）.
  const isNote = all.length > 3 && isMark(all.at(-1), ')') && all.at(-2)?.type === 'text' && isMark(all.at(-3), '(')
  const tokens = isNote ? all.slice(0, -3) : all
  const region = parseRegion(tokens)
  if (region) return region
  if (splitRelations(tokens).relations.some((relation) => relation !== 'other')) return parseRelation(tokens)
  const brackets = parseBrackets(tokens)
  if (brackets) return brackets
  const expression = parseExpression(tokens)
  return expression ? withBothSigns({ kind: 'expression', expression, isApproximate: false }) : parseRatio(tokens)
}

/** A name goes on to the values behind it: `x = 2, 3`. */
function parseItems(pieces: readonly Piece[]): Value[] | undefined {
  const items: Value[] = []
  for (const { tokens } of pieces) {
    if (tokens.some(({ type, value }) => type === 'text' && rejected.test(value))) continue
    const item = parsePiece(tokens)
    if (!item) return undefined
    const before = items.at(-1)
    items.push(item.kind === 'expression' && before?.kind === 'named' ? { ...before, value: item } : item)
  }
  return items
}

function joinItems(items: readonly Value[], pieces: readonly Piece[]): Value | undefined {
  if (items.length <= 1) return items[0]
  if (items.some((item) => item.kind !== 'named'))
    return items.every(({ kind }) => kind === 'region') ? undefined : { kind: 'several', items: flatten(items) }
  const named = items as readonly Named[]
  const names = new Set(named.map(({ name }) => toRootName(name)))
  if (names.size === 1)
    return { kind: 'several', items: named.map((item) => ({ ...item, name: toRootName(item.name) })) }
  // Solutions of several names, one behind another.
  const groups: Named[][] = []
  for (const [at, item] of named.entries()) {
    const group = groups.at(-1)
    if (!group || pieces[at]?.isOuter === true || group.some(({ name }) => name === item.name)) groups.push([item])
    else group.push(item)
  }
  const together = groups.map((group): Value => ({ kind: 'together', items: group }))
  return together.length > 1 ? { kind: 'several', items: together } : together[0]
}

/** `k ∈ ℤ` among the pieces: what is left without it, and the name. */
function takeFamily(tokens: readonly Token[]): { rest: Token[]; over: string } | undefined {
  const at = tokens.findIndex(
    (token, index) => isMark(token, '∈') && /^(?:ℤ|Z|整数)$/.test(tokens[index + 1]?.value ?? ''),
  )
  const name = tokens[at - 1]
  if (name?.type !== 'letter') return undefined
  const isBracketed = isMark(tokens[at - 2], '(') && isMark(tokens[at + 2], ')')
  const from = isBracketed ? at - 2 : at - 1
  return {
    rest: [
      ...tokens.slice(0, isMark(tokens[from - 1], ',;␣') ? from - 1 : from),
      ...tokens.slice(isBracketed ? at + 3 : at + 2),
    ],
    over: name.value,
  }
}

function parseFamily(tokens: readonly Token[]): Value | undefined {
  const family = takeFamily(tokens)
  const value = family && parseTokens(family.rest)
  const items = value ? flatten([value]) : []
  const [first] = items
  const bare = every(flatten(items.map((item) => (item.kind === 'named' ? item.value : item))), (item) =>
    item.kind === 'expression' ? item.expression : undefined,
  )
  if (!family || !bare || !first) return undefined
  return {
    kind: 'family',
    items: bare,
    over: family.over,
    name: first.kind === 'named' ? toRootName(first.name) : undefined,
  }
}

function parseTokens(tokens: readonly Token[]): Value | undefined {
  const region = parseRegion(tokens)
  if (region) return region
  const pieces = splitList(tokens)
  const items = parseItems(pieces)
  return items && joinItems(items, pieces)
}

/** A system without its brace: its rows hold together, other rows are one behind another. */
const withoutRows = (tokens: readonly Token[]): Token[] => {
  const isSystem = tokens.some(({ type, value }) => type === 'begin' && value.endsWith('cases'))
  return tokens
    .filter(({ type, value }) => !isSystem || (type !== 'begin' && type !== 'end' && value !== '&'))
    .map((token) => (token.value === '\\\\' && isSystem ? { ...token, value: ',' } : token))
}

/**
 * What a final answer says, in every way its commas can be read; the likeliest first. Nothing where it cannot be read as a
 * whole.
 */
export function parseValues(text: string): Value[] {
  const words = parseWords(text)
  if (words) return [words]
  if (!/[\d\\]/.test(text) && /[a-z]{3,}\s+[a-z]{3,}/i.test(text)) return []
  const isDecimal = /^\s*-?\d+,\d+\s*(?:%|\\%|[a-zA-Z\u4e00-\u9fff\\{} ]*)$/.test(text)
  const readings = [tokenise(text)]
  if (/\d,\d/.test(text)) readings.push(tokenise(text, { hasCommaLists: true }))
  if (isDecimal) readings.push(tokenise(text.replace(',', '.')))
  return readings.flatMap((tokens) => {
    const plain = withoutRows(tokens ?? [])
    return parseFamily(plain) ?? parseTokens(plain) ?? []
  })
}
