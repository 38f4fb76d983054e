import { carryOut } from './algebra/differentiate.ts'
import { determinantOf, toMatrix } from './algebra/matrix.ts'
import * as E from './algebra/expression.ts'
import type { Expression } from './algebra/expression.ts'
import type { Condition, Form, Problem } from './problem.ts'
import { toChains, type Chain } from './reading/chains.ts'
import { parseExpression } from './reading/parse-expression.ts'
import { parseRegion } from './reading/parse-region.ts'
import { toProblemParts, trim } from './reading/problem-parts.ts'
import { toSegments } from './reading/segments.ts'
import type { Token } from './reading/tokenise.ts'
import type { Interval } from './reading/value.ts'
import { isPlainRequest, withoutNumber } from './reading/vocabulary.ts'

type Found = {
  conditions: Condition[]
  expressions: { expression: Expression; source: string }[]
  names: string[]
  definitions: Map<string, { parameter: string; body: Expression }>
  within: Map<string, Interval>
}

const isPlainRelation = (relation: string): relation is Condition['relation'] => /^[=≠<>≤≥]$/.test(relation)
const plain = (of: Expression) => E.choose(of, new Set())

/** `f(x) = …`: a function, and the letter in its brackets. */
function toDefinition(left: Expression): { name: string; parameter: string } | undefined {
  const applied = left.kind === 'either' && left.tag === 'apply' ? left.parts[0] : left
  const [parameter] = applied.kind === 'apply' ? applied.parts : []
  return applied.kind === 'apply' && applied.parts.length === 1 && parameter?.kind === 'symbol'
    ? { name: applied.name, parameter: parameter.name }
    : undefined
}

const isUseful = (side: readonly Token[] | undefined): side is Token[] => side !== undefined && side.length > 0

/** Sorts one statement in. False where it is none that is understood. */
function take(chain: Chain, source: string, found: Found): boolean {
  const sides = chain.sides.map(trim)
  const place = toPlace(chain)
  if (place) {
    const isNew = !found.within.has(place.name)
    found.within.set(place.name, place.interval)
    return isNew
  }
  // `3 + 4 = ?`
  const isOpen = chain.relations.length === 1 && chain.relations[0] === '=' && !isUseful(sides[1])
  if (chain.relations.length === 0 || isOpen) return takeExpression(sides[0], source, found)
  const expressions = sides.map((side) => (isUseful(side) ? parseExpression(side) : undefined))
  return chain.relations.every((relation, at) => {
    const [left, right] = [expressions[at], expressions[at + 1]]
    if (!left || !right || !isPlainRelation(relation)) return false
    const definition = relation === '=' && chain.relations.length === 1 ? toDefinition(left) : undefined
    if (definition && !E.some(right, (part) => part.kind === 'apply'))
      found.definitions.set(definition.name, { parameter: definition.parameter, body: right })
    else found.conditions.push({ left, relation, right, source })
    return true
  })
}

function takeExpression(side: Token[] | undefined, source: string, found: Found): boolean {
  if (!isUseful(side)) return true
  const expression = parseExpression(side)
  if (!expression) return false
  if (expression.kind === 'symbol') found.names.push(expression.name)
  else found.expressions.push({ expression, source })
  return true
}

/** `0 ≤ x < 2π`, `x ∈ [0, 1]`: where an unknown is looked for. */
function toPlace(chain: Chain): { name: string; interval: Interval } | undefined {
  const region = parseRegion(chain.tokens)
  const [interval] = region?.pieces ?? []
  return region?.name !== undefined && interval && region.pieces.length === 1
    ? { name: region.name, interval }
    : undefined
}

/** With functions that the problem defines in the place of their names, and their derivatives. */
function applyDefinitions(of: Expression, definitions: Found['definitions']): Expression {
  const applied = of.kind === 'either' && of.tag === 'apply' ? of.parts[0] : undefined
  if (applied?.kind === 'apply' && definitions.has(applied.name)) return applyDefinitions(applied, definitions)
  if (of.kind !== 'apply') return E.mapParts(of, (part) => applyDefinitions(part, definitions))
  const primes = /'+$/.exec(of.name)?.[0].length ?? 0
  const definition = definitions.get(of.name.slice(0, of.name.length - primes))
  const [argument] = of.parts
  if (!definition || !argument || of.parts.length > 1) return of
  const { parameter, body } = definition
  const whole: Expression =
    primes === 0 ? body : { kind: 'derivative', parts: [body], variable: parameter, order: primes }
  const value = applyDefinitions(argument, definitions)
  if (value.kind === 'symbol' && value.name === parameter) return whole
  const done = primes === 0 ? whole : carryOut(whole)
  return done ? E.substitute(done, new Map([[parameter, value]])) : of
}

const asksFor = {
  derivative: /(?<!anti-?)derivative|differentiate|导/i,
  integral: /antiderivative|integra|积分/i,
  determinant: /determinant|行列式/i,
  inverse: /inverse|逆/i,
  limit: /limit|极限/i,
}

function toForm(words: string): Form {
  if (/factor|因式分解|分解因式/i.test(words)) return 'factored'
  if (/expand|展开|multipl|distribut/i.test(words)) return 'expanded'
  return /simplif|reduce|化简|lowest|simplest/i.test(words) ? 'simplified' : 'any'
}

const onlyName = (of: Expression) => {
  const names = E.freeSymbols(plain(of))
  return names.length === 1 ? names[0] : undefined
}

/** What the words ask to be done with an expression. Undefined where they ask for what is not known. */
function toTask(of: Expression, words: string): Expression | undefined {
  const has = (kind: Expression['kind']) => E.some(of, (part) => part.kind === kind)
  const variable = onlyName(of)
  if (asksFor.limit.test(words)) return has('limit') ? of : undefined
  if (asksFor.determinant.test(words)) return has('matrix') ? determinantOf(of) : of
  if (asksFor.inverse.test(words)) return toMatrix(of) ? E.power(of, E.number(-1)) : undefined
  if (asksFor.derivative.test(words) && !has('derivative')) {
    return variable === undefined
      ? undefined
      : { kind: 'derivative', parts: [of], variable, order: /second|二阶/i.test(words) ? 2 : 1 }
  }
  if (asksFor.integral.test(words) && !has('integral'))
    return variable === undefined ? undefined : { kind: 'integral', parts: [of], variable }
  return of
}

const toEvaluate = (expression: Expression, words: string, source: string): Problem | undefined => {
  const task = isPlainRequest(words, 'evaluate') ? toTask(expression, words) : undefined
  return task && { kind: 'evaluate', expression: task, form: toForm(words), source }
}

/** `y = …` whose derivative is asked for. */
function toSlope({ conditions, expressions, names }: Found, words: string): Problem | undefined {
  const [condition] = conditions
  if (!condition || conditions.length > 1 || condition.relation !== '=' || condition.left.kind !== 'symbol')
    return undefined
  const isNamed = [
    ...names,
    ...expressions.map(({ expression }) => (expression.kind === 'symbol' ? expression.name : '')),
  ].some((name) => /^dydx$|^y'$/.test(name))
  const variable = onlyName(condition.right)
  if ((!isNamed && !asksFor.derivative.test(words)) || variable === undefined || !isPlainRequest(words, 'evaluate'))
    return undefined
  return {
    kind: 'evaluate',
    expression: { kind: 'derivative', parts: [condition.right], variable, order: 1 },
    form: 'any',
    source: condition.source,
  }
}

const isEquation = ({ relation, left, right }: Condition) =>
  relation === '=' && !E.freeSymbols(left, right).includes('±')

/** Letters that the problem gives beside others are put in: `y = 34` beside `2x + 3y = 4`. */
function putIn(conditions: readonly Condition[], asked: readonly string[]): Condition[] {
  const given = new Map<string, Expression>()
  const rest = conditions.filter(({ left, relation, right }) => {
    const isGiven =
      relation === '=' &&
      left.kind === 'symbol' &&
      !asked.includes(left.name) &&
      !given.has(left.name) &&
      E.freeSymbols(plain(right)).length === 0
    if (isGiven) given.set(left.name, right)
    return !isGiven
  })
  return rest.map((condition) => ({
    ...condition,
    left: E.substitute(condition.left, given),
    right: E.substitute(condition.right, given),
  }))
}

function toSolve({ conditions: all, names, within }: Found, words: string): Problem | undefined {
  if (!isPlainRequest(words, 'solve') || all.some((condition) => condition.relation === '=' && !isEquation(condition)))
    return undefined
  const conditions = names.length > 0 ? putIn(all, names) : all
  const symbols = [...new Set(conditions.flatMap(({ left, right }) => E.freeSymbols(plain(left), plain(right))))].sort()
  const asked = symbols.filter((name) => names.includes(name))
  const unknowns = asked.length > 0 ? asked : symbols
  if (unknowns.length === 0 || unknowns.length > 4 || conditions.length > 6) return undefined
  if (asked.length === 0 && unknowns.length > conditions.length) return undefined
  const place = unknowns.length === 1 ? within.get(unknowns[0] ?? '') : undefined
  if (within.size > 0 && !place) return undefined
  const isSingular = /\bvalue of\b|what is|\bthe solution\b(?! set)|的值/i.test(words)
  return { kind: 'solve', conditions, unknowns, ...(place && { within: place }), isSingular }
}

/** `x² + 1` where `x = 3`; `m² − n²` where `m + n = 10` and `m − n = 2`. */
function toConditional({ conditions, expressions, within }: Found, words: string): Problem | undefined {
  const [target] = expressions
  if (!target || expressions.length > 1 || conditions.length === 0 || within.size > 0 || !conditions.every(isEquation))
    return undefined
  // Of a root or a solution, the letters mean something else.
  const known = new Set(conditions.flatMap(({ left, right }) => E.freeSymbols(plain(left), plain(right))))
  const names = E.freeSymbols(plain(target.expression))
  if (names.length === 0 || !names.every((name) => known.has(name)) || /solution|root|solve|解|根/i.test(words))
    return undefined
  const task = isPlainRequest(words, 'evaluate') && toTask(target.expression, words)
  return task
    ? { kind: 'evaluate', expression: task, form: toForm(words), source: target.source, conditions }
    : undefined
}

/** A problem that asks in plain words to solve or to compute what it has as formulas. Undefined for all others. */
export function readProblem(question: string): Problem | undefined {
  const { words, formulas } = toProblemParts(withoutNumber(question))
  const found: Found = { conditions: [], expressions: [], names: [], definitions: new Map(), within: new Map() }
  for (const { tokens, source } of formulas) {
    if (!toChains(tokens).every((chain) => take(chain, source, found))) return undefined
  }
  const apply = (of: Expression) => applyDefinitions(of, found.definitions)
  found.expressions = found.expressions.map(({ expression, source }) => ({ expression: apply(expression), source }))
  found.conditions = found.conditions.map(({ left, right, ...rest }) => ({
    left: apply(left),
    right: apply(right),
    ...rest,
  }))
  const [definition, ...others] = found.definitions.values()
  const [target] = found.expressions
  if (found.conditions.length > 0)
    return target || found.names.includes("y'")
      ? (toConditional(found, words) ?? toSlope(found, words))
      : (toSlope(found, words) ?? toSolve(found, words))
  if (found.within.size > 0) return undefined
  if (target) return found.expressions.length === 1 ? toEvaluate(target.expression, words, target.source) : undefined
  // Of a function alone, only its derivative or integral can be asked for.
  const isTask = asksFor.derivative.test(words) || asksFor.integral.test(words)
  return definition && others.length === 0 && isTask ? toEvaluate(definition.body, words, question) : undefined
}

const requests =
  /solve|find|evaluate|comput|simplif|factor|calculat|expand|differentiat|integra|photo|image|picture|求|解|计算|化简|分解|展开|图/i

/** The problem as an answer repeats it at its beginning, for questions that are a picture. */
export function readProblemFromAnswer(answer: string): Problem | undefined {
  const segments = toSegments(answer)
  const first = segments.findIndex(({ kind }) => kind === 'formula')
  const formula = segments[first]
  if (!formula || formula.start > 400) return undefined
  const end = segments.slice(first).find(({ kind, text }) => kind === 'prose' && /[.。:：\n]/.test(text))
  const stop = end ? end.start + end.text.search(/[.。:：\n]/) : answer.length
  const before = segments[first - 1]
  const lead = before ? answer.slice(0, before.start + before.text.length).trimEnd() : ''
  const from = Math.max(lead.lastIndexOf('\n\n'), lead.search(/[.。](?=[^.。]*$)/)) + 1
  const text = answer.slice(from, stop)
  return requests.test(lead.slice(from)) ? readProblem(text) : undefined
}
