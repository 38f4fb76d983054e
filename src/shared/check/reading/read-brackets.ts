import * as E from '../algebra/expression.ts'
import type { Expression } from '../algebra/expression.ts'
import { determinantOf, toMatrix } from '../algebra/matrix.ts'
import type { Reader } from './reader.ts'
import type { Token } from './tokenise.ts'

const closers: Record<string, string> = { '(': ')', '[': ']', '⦃': '⦄', '⌊': '⌋', '⌈': '⌉' }

/** The bounds behind a bracket or bar: `_0^2`. */
function readBounds(reader: Reader): [Expression, Expression] | undefined {
  return reader.attempt(() => {
    const found: Record<string, Expression> = {}
    for (let step = 0; step < 2; step += 1) {
      const mark = reader.next().value
      if (!/^[_^]$/.test(mark) || found[mark]) return reader.fail()
      found[mark] = reader.eat('-') ? E.negate(reader.argument()) : reader.argument()
    }
    const [from, to] = [found['_'], found['^']]
    return from && to ? [from, to] : reader.fail()
  })
}

/** Round and other brackets, `[x³]₀²`, floor and ceiling. */
export function readBrackets(reader: Reader): Expression {
  const open = reader.next().value
  const body = reader.inside(closers[open] ?? reader.fail())
  if (open === '⌊') return E.call('floor', body)
  if (open === '⌈') return E.call('ceil', body)
  if (reader.is('_') || (reader.is('^') && open === '[')) {
    const bounds = readBounds(reader)
    if (bounds) return { kind: 'between', parts: [body, ...bounds] }
    if (reader.is('_')) return reader.fail()
  }
  if (open === '[' && E.freeSymbols(body).length === 0) return E.either('floor', body, E.call('floor', body))
  return body
}

/** `|x|`; of a matrix its determinant. */
export function readBars(reader: Reader): Expression {
  reader.expect('|')
  const { bars } = reader
  reader.bars = 1
  const body = reader.expression()
  reader.bars = bars
  reader.expect('|')
  return toMatrix(body) ? (determinantOf(body) ?? reader.fail()) : E.call('abs', body)
}

/** The tokens of an environment from behind its beginning, in rows and cells. The end is passed. */
export function readRows(reader: Reader, name: string): Token[][][] {
  const rows: Token[][][] = [[[]]]
  for (let depth = 0; ;) {
    const token = reader.next()
    if (token.type === 'begin') depth += 1
    if (token.type === 'end') {
      if (depth === 0) {
        if (token.value !== name) return reader.fail()
        return rows.filter((row) => row.some((cell) => cell.length > 0))
      }
      depth -= 1
    }
    if (depth === 0 && token.value === '\\\\') rows.push([[]])
    else if (depth === 0 && token.value === '&') rows.at(-1)?.push([])
    else rows.at(-1)?.at(-1)?.push(token)
  }
}

const matrices = /^(?:p|b|B|v|V|small)?matrix$|^array$/

export function readEnvironment(reader: Reader): Expression {
  const name = reader.next().value
  if (!matrices.test(name)) return reader.fail()
  if (name === 'array' && reader.is('{')) reader.group()
  const rows = readRows(reader, name).map((row) => row.map((cell) => reader.whole(cell)))
  const columns = rows[0]?.length ?? 0
  if (columns === 0 || rows.some((row) => row.length !== columns)) return reader.fail()
  const matrix: Expression = { kind: 'matrix', parts: rows.flat(), columns }
  return name === 'vmatrix' || name === 'Vmatrix' ? (determinantOf(matrix) ?? reader.fail()) : matrix
}
