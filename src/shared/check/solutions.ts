import type { Expression } from './algebra/expression.ts'
import { toRootName } from './reading/names.ts'
import type { Value } from './reading/value.ts'

/** A value for each unknown. `isApproximate`: written with ≈ or with decimals. */
export type Solution = { values: ReadonlyMap<string, Expression>; isApproximate: boolean }

const hasDecimals = (of: Expression): boolean => of.kind === 'number' && of.places !== undefined && of.places > 0

function toSolution(value: Value, unknowns: readonly string[]): Solution[] | undefined {
  switch (value.kind) {
    case 'expression': {
      const [name] = unknowns
      if (name === undefined || unknowns.length > 1) return undefined
      return [
        {
          values: new Map([[name, value.expression]]),
          isApproximate: value.isApproximate || hasDecimals(value.expression),
        },
      ]
    }
    case 'named': {
      const name = toRootName(value.name)
      return unknowns.length === 1 && unknowns.includes(name) ? toSolution(value.value, unknowns) : undefined
    }
    case 'several': {
      const all = value.items.map((item) => toSolution(item, unknowns))
      return all.every((item) => item !== undefined) ? all.flat() : undefined
    }
    case 'tuple':
      return value.items.length === unknowns.length
        ? combine(unknowns.map((name, at) => [name, value.items[at]]))
        : undefined
    case 'together':
      return value.items.length === unknowns.length && value.items.every(({ name }) => unknowns.includes(name))
        ? combine(value.items.map((item) => [item.name, item.value]))
        : undefined
    default:
      return undefined
  }
}

function combine(parts: readonly (readonly [string, Value | undefined])[]): Solution[] | undefined {
  const values = new Map<string, Expression>()
  let isApproximate = false
  for (const [name, value] of parts) {
    const inner = value?.kind === 'named' ? value.value : value
    if (inner?.kind !== 'expression') return undefined
    values.set(name, inner.expression)
    isApproximate ||= inner.isApproximate || hasDecimals(inner.expression)
  }
  return [{ values, isApproximate }]
}

/** The solutions that a value lists for these unknowns. Undefined where it is none of them. */
export const toSolutions = (value: Value, unknowns: readonly string[]): Solution[] | undefined =>
  value.kind === 'empty' ? [] : toSolution(value, unknowns)
