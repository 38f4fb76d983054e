import { environments } from './environments.ts'

const signs = /`+|\$+|\\(?:begin|end)\{([A-Za-z]+)(\*?)\}|\\[^]/g

/**
 * What closes the display formula that is open at the end of a line: `\]`, `$$` or `\end{…}`. `open`: the one that was
 * open before it.
 */
export function findOpenFormula(line: string, open?: string): string | undefined {
  if (open === undefined && !/\$\$|\\\[|\\begin\{/.test(line)) return undefined
  const found = [...line.matchAll(signs)]
  /** Of each run of backticks, where the last one as long stands. */
  const lastRuns = new Map<string, number>()
  for (const [index, [sign]] of found.entries()) if (sign.startsWith('`')) lastRuns.set(sign, index)
  let closer = open
  let depth = 1
  for (let index = 0; index < found.length; index += 1) {
    const [sign = '', name = '', star = ''] = found[index] ?? []
    if (closer === undefined) {
      // Nothing within code opens a formula.
      if (sign.startsWith('`') && (lastRuns.get(sign) ?? 0) > index) {
        do index += 1
        while (found[index]?.[0] !== sign)
      } else if (sign === '\\[') closer = '\\]'
      else if (sign === '$$') closer = sign
      else if (sign.startsWith('\\begin') && environments.has(name)) {
        closer = `\\end{${name}${star}}`
        depth = 1
      }
    } else if (sign === closer || (closer === '$$' && sign.startsWith('$$'))) {
      depth -= 1
      if (depth === 0) {
        closer = undefined
        depth = 1
      }
    } else if (closer === sign.replace('begin', 'end')) depth += 1
  }
  return closer
}
