import * as E from '../algebra/expression.ts'
import { toDepthChange, toRelation, type Relation } from './chains.ts'
import { parseExpression } from './parse-expression.ts'
import { toName, toRootName } from './names.ts'
import { parseRegion } from './parse-region.ts'
import { tokenise, type Token } from './tokenise.ts'
import type { Value } from './value.ts'
import { parseWords } from './value-words.ts'

const conjunction = /^(?:,?\s*)(?:and|or|或者?|和|与|及|以及|且)(?:\s+or)?$/i
const rejected = /舍去|舍|reject|extraneous|discard|不合题意|增根|not valid|invalid/i
const outer = new Set([';', 'or', '或', '或者', '\\\\'])

type Piece = { tokens: Token[]; isOuter: boolean }

/** Splits at commas and at words that join, not inside brackets. */
export function splitList(tokens: readonly Token[]): Piece[] {
  const pieces: Piece[] = [{ tokens: [], isOuter: false }]
  let depth = 0
  for (const token of tokens) {
    const isMark = token.type === 'mark' && [',', ';', '␣', '\\\\'].includes(token.value)
    const isWord = token.type === 'text' && conjunction.test(token.value.trim())
    if (depth === 0 && (isMark || isWord))
      pieces.push({ tokens: [], isOuter: outer.has(token.value.trim().toLowerCase()) })
    else pieces.at(-1)?.tokens.push(token)
    depth = Math.max(0, depth + toDepthChange(token))
  }
  let isOuter = false
  return pieces.flatMap((piece) => {
    isOuter ||= piece.isOuter
    if (piece.tokens.length === 0) return []
    const kept = { ...piece, isOuter }
    isOuter = false
    return [kept]
  })
}

/** `a = b`, split where the relations are. */
export function splitRelations(tokens: readonly Token[]): { sides: Token[][]; relations: Relation[] } {
  const sides: Token[][] = [[]]
  const relations: Relation[] = []
  let depth = 0
  for (const token of tokens) {
    const relation = depth === 0 ? toRelation(token) : undefined
    depth = Math.max(0, depth + toDepthChange(token))
    if (relation) {
      relations.push(relation)
      sides.push([])
    } else sides.at(-1)?.push(token)
  }
  return { sides, relations }
}

const isBracket = (token: Token | undefined, signs: string) => token?.type === 'mark' && signs.includes(token.value)

/** What is inside brackets that are around all of it. */
function unwrap(tokens: readonly Token[], open: string, close: string): Token[] | undefined {
  if (!isBracket(tokens[0], open) || !isBracket(tokens.at(-1), close)) return undefined
  let depth = 0
  for (const [at, token] of tokens.entries()) {
    depth += toDepthChange(token)
    if (depth === 0 && at < tokens.length - 1) return undefined
  }
  return tokens.slice(1, -1)
}

const toExpressionValue = (tokens: readonly Token[]): Value | undefined => {
  const expression = parseExpression(tokens)
  return expression && { kind: 'expression', expression, isApproximate: false }
}

function parseRatio(tokens: readonly Token[]): Value | undefined {
  if (!tokens.some(({ value, type }) => value === ':' && type === 'mark')) return undefined
  const parts: Token[][] = [[]]
  for (const token of tokens) {
    if (token.value === ':' && token.type === 'mark') parts.push([])
    else parts.at(-1)?.push(token)
  }
  const expressions = parts.map(parseExpression)
  return expressions.every((part) => part !== undefined) ? { kind: 'ratio', parts: expressions } : undefined
}

/** Both values of `±`. */
function withBothSigns(value: Value): Value {
  if (value.kind !== 'expression' || !E.freeSymbols(value.expression).includes('±')) return value
  const { expression } = value
  const items = [1, -1].map((sign): Value => ({
    ...value,
    expression: E.substitute(expression, new Map([['±', E.number(sign)]])),
  }))
  return { kind: 'several', items }
}

/** `{1, 2}`, `(1, 2)`, `[0, 1)`. */
function parseBrackets(tokens: readonly Token[]): Value | undefined {
  const set = unwrap(tokens, '⦃', '⦄')
  if (set) {
    if (set.length === 0) return { kind: 'empty' }
    const items = parseItems(splitList(set))
    return items && { kind: 'several', items: items.flatMap((item) => (item.kind === 'several' ? item.items : [item])) }
  }
  const invisible = unwrap(tokens, '{', '}')
  if (invisible) return parseTokens(invisible)
  const round = unwrap(tokens, '(⟨', ')⟩')
  const pieces = round && splitList(round)
  if (!round || !pieces || pieces.some((piece) => splitRelations(piece.tokens).relations.length > 0)) return undefined
  if (pieces.length === 1) return parsePiece(round)
  const items = pieces.map((piece) => parsePiece(piece.tokens))
  return items.every((item) => item !== undefined) ? { kind: 'tuple', items } : undefined
}

const isNameSign = (relation: Relation | undefined) => relation === '=' || relation === '≈'

/** `(x, y) = (1, 2)`: each name with its value. */
function pairUp(names: readonly Token[], value: Value): Value | undefined {
  const inner = unwrap(names, '(', ')')
  if (!inner || value.kind !== 'tuple') return undefined
  const left = splitList(inner).map(({ tokens }) => toName(parseExpression(tokens) ?? E.number(0)))
  if (left.length !== value.items.length) return undefined
  return {
    kind: 'together',
    items: left.map((name, at) => ({ kind: 'named', name: name ?? '?', value: value.items[at] ?? { kind: 'empty' } })),
  }
}

function parseRelation(tokens: readonly Token[]): Value | undefined {
  const { sides, relations } = splitRelations(tokens)
  const [first, last] = [sides[0], sides.at(-1)]
  if (!first || !last) return undefined
  const right = parsePiece(last)
  if (relations.every((relation) => isNameSign(relation))) {
    const pairs = right && pairUp(first, right)
    if (pairs) return pairs
    const left = first.length === 0 ? undefined : parseExpression(first)
    const name = left && toName(left)
    const isApproximate = relations.at(-1) === '≈'
    const value = right?.kind === 'expression' ? { ...right, isApproximate } : right
    if (first.length === 0 || (value?.kind === 'ratio' && parseRatio(first))) return value
    // In a chain of equals, what counts is the end.
    if (name !== undefined && value) return { kind: 'named', name, value: withBothSigns(value) }
    if (relations.length > 1 && left) return undefined
  }
  const [left, other] = [parseExpression(first), parseExpression(last)]
  const [relation] = relations
  return left && other && relation && relations.length === 1 && relation !== 'other'
    ? { kind: 'relation', left, relation, right: other }
    : undefined
}

function parsePiece(all: readonly Token[]): Value | undefined {
  // A word in brackets behind says what is counted, or nothing: 3（个）.
  const isNote =
    all.length > 3 && isBracket(all.at(-1), ')') && all.at(-2)?.type === 'text' && isBracket(all.at(-3), '(')
  const tokens = isNote ? all.slice(0, -3) : all
  if (tokens.length === 0) return undefined
  const region = parseRegion(tokens)
  if (region) return region
  if (tokens.some((token) => toRelation(token) && toRelation(token) !== 'other')) {
    const { relations } = splitRelations(tokens)
    if (relations.length > 0) return parseRelation(tokens)
  }
  const value = parseBrackets(tokens) ?? toExpressionValue(tokens) ?? parseRatio(tokens)
  return value && withBothSigns(value)
}

/** A name goes on to the values behind it: `x = 2, 3`. */
function parseItems(pieces: readonly Piece[]): Value[] | undefined {
  const items: Value[] = []
  for (const { tokens } of pieces) {
    if (tokens.some(({ type, value }) => type === 'text' && rejected.test(value))) continue
    const item = parsePiece(tokens)
    if (!item) return undefined
    const before = items.at(-1)
    items.push(
      item.kind === 'expression' && before?.kind === 'named' ? { kind: 'named', name: before.name, value: item } : item,
    )
  }
  return items
}

type Named = Extract<Value, { kind: 'named' }>

function joinItems(items: readonly Value[], pieces: readonly Piece[]): Value | undefined {
  const [first] = items
  if (items.length <= 1) return first
  const isNamed = (item: Value): item is Named => item.kind === 'named'
  if (items.every(isNamed)) {
    const names = items.map(({ name }) => toRootName(name))
    if (new Set(names).size === 1)
      return { kind: 'several', items: items.map((item) => ({ ...item, name: toRootName(item.name) })) }
    if (new Set(names).size === items.length && !pieces.some(({ isOuter }) => isOuter))
      return { kind: 'together', items }
    // Solutions of several names, one behind another.
    const groups: Named[][] = []
    for (const [at, item] of items.entries()) {
      const group = groups.at(-1)
      if (!group || pieces[at]?.isOuter === true || group.some(({ name }) => name === item.name)) groups.push([item])
      else group.push(item)
    }
    return { kind: 'several', items: groups.map((group) => ({ kind: 'together', items: group })) }
  }
  if (items.every((item) => item.kind === 'region')) return undefined
  return { kind: 'several', items: items.flatMap((item) => (item.kind === 'several' ? item.items : [item])) }
}

const integers = /^(?:ℤ|Z|整数)$/

/** `k ∈ ℤ` among the pieces: takes it out and gives its name. */
function takeFamily(tokens: readonly Token[]): { rest: Token[]; over: string } | undefined {
  for (const [at, token] of tokens.entries()) {
    const [before, behind] = [tokens[at - 1], tokens[at + 1]]
    const set =
      behind?.type === 'command'
        ? tokens
            .slice(at + 2, at + 5)
            .map(({ value }) => value)
            .join('')
            .replace(/[{}]/g, '')
        : behind?.value
    if (token.value !== '∈' || before?.type !== 'letter' || set === undefined || !integers.test(set)) continue
    const length = behind?.type === 'command' ? (tokens[at + 2]?.value === '{' ? 4 : 2) : 1
    let [from, to] = [at - 1, at + 1 + length]
    if (isBracket(tokens[from - 1], '(') && isBracket(tokens[to], ')')) [from, to] = [from - 1, to + 1]
    if (isBracket(tokens[from - 1], ',;␣')) from -= 1
    return { rest: [...tokens.slice(0, from), ...tokens.slice(to)], over: before.value }
  }
  return undefined
}

function parseFamily(tokens: readonly Token[]): Value | undefined {
  const family = takeFamily(tokens)
  if (!family) return undefined
  const value = parseTokens(family.rest)
  const items = value?.kind === 'several' ? value.items : value ? [value] : []
  const bare = items
    .map((item) => (item.kind === 'named' ? item.value : item))
    .flatMap((item) => (item.kind === 'several' ? item.items : [item]))
  const name = items[0]?.kind === 'named' ? toRootName(items[0].name) : undefined
  if (bare.length === 0 || !bare.every((item) => item.kind === 'expression')) return undefined
  return {
    kind: 'family',
    items: bare.map(({ expression }) => expression),
    over: family.over,
    ...(name !== undefined && { name }),
  }
}

function parseTokens(tokens: readonly Token[]): Value | undefined {
  const pieces = splitList(tokens)
  const region = parseRegion(tokens)
  if (region) return region
  const items = parseItems(pieces)
  return items && joinItems(items, pieces)
}

/** `12:00` is no ratio. */
const parseTime = (text: string): Value | undefined =>
  /^\s*\d{1,2}:\d\d\s*$/.test(text) ? { kind: 'words', text: text.trim() } : undefined

/** A system without its brace: its rows hold together. */
const withoutRows = (tokens: readonly Token[]): Token[] =>
  tokens
    .filter(({ type, value }) => type !== 'begin' && type !== 'end' && value !== '&')
    .map((token) => (token.value === '\\\\' ? { ...token, value: ',' } : token))

/**
 * What a final answer says, in every way its commas can be read; the likeliest first. Nothing where it cannot be read as a
 * whole.
 */
export function parseValues(text: string): Value[] {
  const words = parseWords(text) ?? parseTime(text)
  if (words) return [words]
  if (!/[\d\\]/.test(text) && /[a-z]{3,}\s+[a-z]{3,}/i.test(text)) return []
  const readings: Value[] = []
  const commas = /\d,\d/.test(text) ? [{}, { hasCommaLists: true }] : [{}]
  const texts = /^\s*-?\d+,\d+\s*(?:%|\\%|[a-zA-Z\u4e00-\u9fff\\{} ]*)$/.test(text)
    ? [text, text.replace(',', '.')]
    : [text]
  for (const written of texts) {
    for (const options of commas) {
      const tokens = tokenise(written, options)
      if (!tokens) continue
      const isSystem = tokens.some(({ type, value }) => type === 'begin' && value.endsWith('cases'))
      const plain = isSystem ? withoutRows(tokens) : tokens
      const value = parseFamily(plain) ?? parseTokens(plain)
      if (value) readings.push(value)
    }
  }
  return readings
}
