import { differentiate } from './algebra/differentiate.ts'
import { evaluate } from './algebra/evaluate.ts'
import { freeSymbols, substitute, some, subtract, number, symbol, type Expression } from './algebra/expression.ts'
import { compareExpressions, compareNumbers } from './algebra/same.ts'
import { compareRelations } from './compare-relations.ts'
import { toMatrix } from './algebra/matrix.ts'
import { hasUnits, isUnitSymbol, withoutUnits, withUnits } from './algebra/units.ts'
import { judgeNumbers } from './judge-numbers.ts'
import { toValueText } from './reading/final-answer.ts'
import { toRootName } from './reading/names.ts'
import { parseValues } from './reading/parse-value.ts'
import type { Interval, Value } from './reading/value.ts'
import { limitWork } from './work.ts'

/** Whether two values are the same. */
export type Sameness = 'yes' | 'no' | 'unknown'

const workPerComparison = 600_000

const toSameness = (status: 'same' | 'different' | 'unknown'): Sameness =>
  status === 'same' ? 'yes' : status === 'different' ? 'no' : 'unknown'
const all = (results: readonly Sameness[]): Sameness =>
  results.includes('no') ? 'no' : results.includes('unknown') ? 'unknown' : 'yes'

/** Antiderivatives are the same up to a constant. */
function compareWithConstant(a: Expression, b: Expression): Sameness {
  const gap = subtract(a, b)
  const names = freeSymbols(gap).filter((name) => name !== 'C')
  const [variable] = names
  if (variable === undefined) return 'unknown'
  const results = names.map((name) => {
    const slope = differentiate(gap, name)
    return slope ? toSameness(compareExpressions(slope, number(0)).status) : 'unknown'
  })
  return all(results)
}

function compareFormulas(a: Expression, b: Expression, isApproximate: boolean): Sameness {
  const [rows, others] = [toMatrix(a), toMatrix(b)]
  if (rows && others) return compareMatrices(rows, others, isApproximate)
  const measured = [a, b].map(hasUnits)
  const [x, y] = [withUnits(a), withUnits(b)]
  if (measured[0] === true && measured[1] === true) {
    if (x && y) {
      const inUnits = compareExpressions(x, y)
      const units = [x, y].map((side) => freeSymbols(side).filter(isUnitSymbol).join())
      // Of things that are counted, the word may differ: 3 people, 3 students.
      if (
        inUnits.status !== 'different' ||
        units[0] === units[1] ||
        compareExpressions(withoutUnits(a), withoutUnits(b)).status === 'different'
      )
        return toSameness(inUnits.status)
    }
    return areMeasures(x, y) ? 'no' : 'unknown'
  }
  const [left, right] = [withoutUnits(a), withoutUnits(b)]
  const names = freeSymbols(left, right)
  if (names.includes('C') && freeSymbols(left).includes('C') && freeSymbols(right).includes('C'))
    return compareWithConstant(left, right)
  const verdict = compareExpressions(left, right)
  if (verdict.status === 'same') return verdict.isPositiveOnly === true ? 'unknown' : 'yes'
  if (verdict.status === 'unknown' || names.includes('C') || names.some((name) => name.includes('“'))) return 'unknown'
  // A repeating decimal is no rounded one.
  if (
    names.length > 0 ||
    [left, right].some((side) => side.kind === 'number' && side.value.d !== 1n && side.places === undefined)
  )
    return 'no'
  // What agrees to the digits shown is neither the same nor another.
  return judgeNumbers(left, right, isApproximate ? '≈' : '=', new Set()).status === 'different' ? 'no' : 'unknown'
}

type Rows = readonly (readonly Expression[])[]

function compareMatrices(a: Rows, b: Rows, isApproximate: boolean): Sameness {
  if (a.length !== b.length || a.some((row, at) => row.length !== b[at]?.length)) return 'no'
  const others = b.flat()
  return all(a.flat().map((entry, at) => compareFormulas(entry, others[at] ?? entry, isApproximate)))
}

/** Whether both have units of measure, and not words for things. */
const areMeasures = (a: Expression | undefined, b: Expression | undefined) =>
  [a, b].every(
    (side) =>
      side &&
      freeSymbols(side).some((name) => isUnitSymbol(name) && /^unit:(?:m|s|kg|dollar|yuan|litre|N|J|W)$/.test(name)),
  )

/** Each of the one has its like in the other, and the other way round. */
function compareSets(a: readonly Value[], b: readonly Value[]): Sameness {
  const covers = (from: readonly Value[], to: readonly Value[]) =>
    from.map((item): Sameness => {
      const results = to.map((other) => compare(item, other))
      return results.includes('yes') ? 'yes' : results.includes('unknown') ? 'unknown' : 'no'
    })
  if (a.length > 40 || b.length > 40) return 'unknown'
  return all([...covers(a, b), ...covers(b, a)])
}

const compareInOrder = (a: readonly Value[], b: readonly Value[]): Sameness =>
  a.length === b.length ? all(a.map((item, at) => compare(item, b[at] ?? { kind: 'empty' }))) : 'no'

function compareEnds(a: Expression | undefined, b: Expression | undefined): Sameness {
  if (a && b) return compareFormulas(a, b, false)
  return a || b ? 'no' : 'yes'
}

function sortPieces(pieces: readonly Interval[]): readonly Interval[] {
  const start = ({ from }: Interval) => (from ? (evaluate(from)?.re ?? 0) : -Infinity)
  return pieces.toSorted((a, b) => start(a) - start(b))
}

function compareRegions(a: readonly Interval[], b: readonly Interval[]): Sameness {
  if (a.length !== b.length) return 'no'
  const [left, right] = [sortPieces(a), sortPieces(b)]
  return all(
    left.flatMap((piece, at) => {
      const other = right[at]
      if (!other) return ['no']
      if ((piece.from && piece.hasFrom !== other.hasFrom) || (piece.to && piece.hasTo !== other.hasTo)) return ['no']
      return [compareEnds(piece.from, other.from), compareEnds(piece.to, other.to)]
    }),
  )
}

type Family = Extract<Value, { kind: 'family' }>

/** Whether each member near nought is a member of the other. */
function compareFamilies(a: Family, b: Family): Sameness {
  const members = (family: Family, reach: number) =>
    family.items.flatMap((item) =>
      Array.from({ length: 2 * reach + 1 }, (_, at) =>
        evaluate(substitute(item, new Map([[family.over, number(at - reach)]]))),
      ),
    )
  const covers = (from: Family, to: Family): Sameness => {
    const targets = members(to, 24)
    return all(
      members(from, 4).map((member) => {
        if (!member) return 'unknown'
        const results = targets.map((target) => (target ? compareNumbers(member, target) : 'unknown'))
        return results.includes('same') ? 'yes' : results.includes('unknown') ? 'unknown' : 'no'
      }),
    )
  }
  return all([covers(a, b), covers(b, a)])
}

const nameless = (value: Value): Value => (value.kind === 'named' ? nameless(value.value) : value)
const toItems = (value: Value): readonly Value[] => (value.kind === 'several' ? value.items : [value])

/** A tuple of two as the interval it may be. */
function toPieces(value: Value): readonly Interval[] | undefined {
  if (value.kind === 'region') return value.pieces
  if (value.kind === 'everything') return [{ hasFrom: false, hasTo: false }]
  if (value.kind !== 'tuple' || value.items.length !== 2) return undefined
  const [from, to] = value.items
  if (from?.kind !== 'expression' || to?.kind !== 'expression') return undefined
  return [{ from: from.expression, to: to.expression, hasFrom: false, hasTo: false }]
}

type Relation = Extract<Value, { kind: 'relation' }>

/** `y = 2x + 1` as the equation it may be. */
function toRelation(value: Value): Relation | undefined {
  if (value.kind === 'relation') return value
  const inner = value.kind === 'named' ? value.value : undefined
  if (value.kind !== 'named' || inner?.kind !== 'expression' || !/^[a-zA-Z](?:_\w+)?$/.test(value.name))
    return undefined
  return { kind: 'relation', left: symbol(value.name), relation: '=', right: inner.expression }
}

function compareNamed(a: Value, b: Value): Sameness {
  if (a.kind === 'relation' || b.kind === 'relation') {
    const [left, right] = [toRelation(a), toRelation(b)]
    return left && right ? compareRelations(left, right) : 'unknown'
  }
  if (a.kind === 'named' && b.kind === 'named' && toRootName(a.name) !== toRootName(b.name)) {
    return compare(a.value, b.value) === 'no' ? 'no' : 'unknown'
  }
  return compare(nameless(a), nameless(b))
}

function compareTogether(a: Extract<Value, { kind: 'together' }>, b: Value): Sameness {
  if (b.kind === 'together') {
    const names = [a, b].map(({ items }) => items.map(({ name }) => name).toSorted())
    if (names[0]?.join() !== names[1]?.join()) return 'unknown'
    return all(
      a.items.map((item) => compare(item.value, b.items.find(({ name }) => name === item.name)?.value ?? item)),
    )
  }
  if (b.kind === 'tuple') {
    const sorted = a.items.toSorted((x, y) => (x.name < y.name ? -1 : 1)).map(({ value }) => value)
    return compareInOrder(sorted, b.items)
  }
  return 'unknown'
}

/** Whether two values that were read are the same. */
export function compare(a: Value, b: Value): Sameness {
  if (a.kind === 'named' || b.kind === 'named') return compareNamed(a, b)
  if (a.kind === 'several' || b.kind === 'several') return compareSets(toItems(a), toItems(b))
  if (a.kind === 'together') return compareTogether(a, b)
  if (b.kind === 'together') return compareTogether(b, a)
  if (a.kind === 'region' || b.kind === 'region' || a.kind === 'everything' || b.kind === 'everything') {
    const [left, right] = [toPieces(a), toPieces(b)]
    return left && right
      ? compareRegions(left, right)
      : /relation|words|choice/.test(a.kind + b.kind)
        ? 'unknown'
        : 'no'
  }
  if (a.kind === 'empty' || b.kind === 'empty') return a.kind === b.kind ? 'yes' : 'no'
  if (a.kind === 'expression' && b.kind === 'expression')
    return compareFormulas(a.expression, b.expression, a.isApproximate || b.isApproximate)
  if (a.kind === 'tuple' && b.kind === 'tuple') return compareInOrder(a.items, b.items)
  if (a.kind === 'relation' && b.kind === 'relation') return compareRelations(a, b)
  if (a.kind === 'family' && b.kind === 'family') return compareFamilies(a, b)
  if (a.kind === 'ratio' && b.kind === 'ratio') return compareRatios(a.parts, b.parts)
  if (a.kind === 'choice' && b.kind === 'choice') return a.letters === b.letters ? 'yes' : 'no'
  if (a.kind === 'words' && b.kind === 'words') return a.text === b.text ? 'yes' : 'no'
  if (a.kind === 'relation' && b.kind === 'expression') return saysMore(a) ? 'no' : 'unknown'
  if (b.kind === 'relation' && a.kind === 'expression') return saysMore(b) ? 'no' : 'unknown'
  // A point is no number; of words, ratios and equations nobody knows.
  return /choice|words|relation|ratio/.test(a.kind + b.kind) || a.kind === b.kind ? 'unknown' : 'no'
}

/** Whether an equation is more than a value with a name: `2x + z = 1` is no number. */
const saysMore = ({ left }: Relation) =>
  freeSymbols(left).some((name) => /^[a-z]$/.test(name)) && some(left, (part) => part.kind === 'number')

function compareRatios(a: readonly Expression[], b: readonly Expression[]): Sameness {
  const [first, other] = [a[0], b[0]]
  if (a.length !== b.length || !first || !other) return 'no'
  const crossed = a.map((part, at) => {
    const like = b[at]
    return like
      ? toSameness(
          compareExpressions({ kind: 'multiply', parts: [part, other] }, { kind: 'multiply', parts: [like, first] })
            .status,
        )
      : 'no'
  })
  return all(crossed)
}

const normalise = (text: string) => text.normalize('NFKC').replace(/[\s$]|\\[,;:! ]/g, '')

/**
 * Whether two final answers, in LaTeX or plain text, mean the same: `no` only where they surely differ. What agrees to the
 * digits shown, and what cannot be read, is `unknown`.
 */
export function compareValues(a: string, b: string): Sameness {
  if (normalise(a) === normalise(b) && normalise(a) !== '') return 'yes'
  return limitWork(workPerComparison, () => compareReadings(a, b), 'unknown')
}

function compareReadings(a: string, b: string): Sameness {
  const [left, right] = [toValueText(a), toValueText(b)]
  if (left === undefined || right === undefined) return 'unknown'
  if (normalise(left) === normalise(right) && normalise(left) !== '') return 'yes'
  const [first, second] = [parseValues(left), parseValues(right)]
  const results = first.flatMap((value) => second.map((other) => compare(value, other)))
  if (results.includes('yes')) return 'yes'
  return results.length === 0 || results.includes('unknown') ? 'unknown' : 'no'
}
