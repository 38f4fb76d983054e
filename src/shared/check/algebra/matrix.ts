import { spend } from '../work.ts'
import { add, divide, multiply, negate, number, type Expression } from './expression.ts'

type Matrix = readonly (readonly Expression[])[]
const maxSize = 5

const isSquare = (m: Matrix) => m.length > 0 && m.length <= maxSize && m.every((row) => row.length === m.length)

function times(a: Matrix, b: Matrix): Matrix | undefined {
  if (a[0]?.length !== b.length) return undefined
  return a.map((row) =>
    (b[0] ?? []).map((_, column) => add(...row.map((entry, at) => multiply(entry, b[at]?.[column] ?? number(0))))),
  )
}

const without = (m: Matrix, row: number, column: number): Matrix =>
  m.filter((_, at) => at !== row).map((entries) => entries.filter((_, at) => at !== column))

function toDeterminant(m: Matrix): Expression {
  if (m.length === 1) return m[0]?.[0] ?? number(0)
  return add(
    ...(m[0] ?? []).map((entry, column) => {
      const part = multiply(entry, toDeterminant(without(m, 0, column)))
      return column % 2 === 0 ? part : negate(part)
    }),
  )
}

function toInverse(m: Matrix): Matrix | undefined {
  if (!isSquare(m) || m.length < 2) return undefined
  const whole = toDeterminant(m)
  return m.map((row, i) =>
    row.map((_, j) => {
      const minor = toDeterminant(without(m, j, i))
      return divide((i + j) % 2 === 0 ? minor : negate(minor), whole)
    }),
  )
}

const toRows = (entries: readonly Expression[], columns: number): Matrix =>
  Array.from({ length: entries.length / columns }, (_, at) => entries.slice(at * columns, (at + 1) * columns))

const transpose = (m: Matrix): Matrix => (m[0] ?? []).map((_, column) => m.map((row) => row[column] ?? number(0)))

function toPower(base: Matrix, exponent: Expression): Matrix | undefined {
  if (exponent.kind === 'symbol' && exponent.name === 'T') return transpose(base)
  if (exponent.kind !== 'number' || exponent.value.d !== 1n) return undefined
  const times1 = Number(exponent.value.n)
  if (times1 === -1) return toInverse(base)
  if (times1 < 1 || times1 > 6) return undefined
  let result: Matrix | undefined = base
  for (let at = 1; at < times1 && result; at += 1) result = times(result, base)
  return result
}

/** Entries that sums, products, inverses and powers of matrices come to. Undefined for what is no matrix. */
export function toMatrix(of: Expression): Matrix | undefined {
  spend(1)
  switch (of.kind) {
    case 'matrix':
      return toRows(of.parts, of.columns)
    case 'power': {
      const base = toMatrix(of.parts[0])
      return base && toPower(base, of.parts[1])
    }
    case 'add': {
      const parts = of.parts.map(toMatrix)
      return parts.reduce((a, b) =>
        a && b && a.length === b.length && a[0]?.length === b[0]?.length
          ? a.map((row, i) => row.map((entry, j) => add(entry, b[i]?.[j] ?? number(0))))
          : undefined,
      )
    }
    case 'multiply': {
      const matrices = of.parts.map(toMatrix)
      let result: Matrix | undefined
      let factor: Expression = number(1)
      for (const [at, part] of of.parts.entries()) {
        const matrix = matrices[at]
        if (!matrix) factor = multiply(factor, part)
        else result = result ? times(result, matrix) : matrix
        if (matrix && !result) return undefined
      }
      return result?.map((row) => row.map((entry) => multiply(factor, entry)))
    }
    case 'divide': {
      const [top, bottom] = of.parts
      return toMatrix(bottom) ? undefined : toMatrix(top)?.map((row) => row.map((entry) => divide(entry, bottom)))
    }
    default:
      return undefined
  }
}

/** With determinants written out, so that no function takes a matrix any more. */
export function determinantOf(of: Expression): Expression | undefined {
  const matrix = toMatrix(of)
  return matrix && isSquare(matrix) ? toDeterminant(matrix) : undefined
}
