import type { Expression } from '../algebra/expression.ts'

/** Names of values: letters with their subscripts, functions, sides and angles, words. */
export function toName(of: Expression): string | undefined {
  if (of.kind === 'symbol') return of.name
  if (of.kind === 'either') return toName(of.parts[of.tag === 'apply' ? 0 : 1])
  if (of.kind === 'apply') {
    const args = of.parts.map((arg) => toName(arg) ?? (arg.kind === 'number' ? String(arg.value.n) : undefined))
    return args.every((arg) => arg !== undefined) ? `${of.name}(${args.join(',')})` : undefined
  }
  if (of.kind !== 'multiply') return undefined
  const names = of.parts.map(toName)
  return names.every((name) => name !== undefined && /^[A-Z]/.test(name)) ? names.join('') : undefined
}

/** `x_1` and `x_2` are two values of x. */
export const toRootName = (name: string) => /^([xyztkmλ])_?[1-9]$/.exec(name)?.[1] ?? name
