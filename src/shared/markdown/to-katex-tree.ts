import katex, { type KatexOptions } from 'katex'
import { formulaMacros } from './formula-macros.ts'
import { mendFormula } from './mend-formula.ts'
import { repairFormula } from './repair-formula.ts'

const { __renderToDomTree: render } = katex as unknown as {
  __renderToDomTree: (tex: string, options: KatexOptions) => unknown
}

const options: KatexOptions = {
  throwOnError: true,
  trust: false,
  strict: 'ignore',
  maxExpand: 300,
  maxSize: 20,
}
const maxChars = 8_000

type Output = 'mathml' | 'htmlAndMathml'

function tryRender(tex: string, isDisplay: boolean, output: Output): unknown {
  try {
    // KaTeX writes into the macros it is given.
    const macros = { ...formulaMacros } as unknown as Record<string, string>
    return render(tex, { ...options, displayMode: isDisplay, output, macros })
  } catch {
    return undefined
  }
}

/**
 * KaTeX's own tree of a formula as models write them: mended first, and repaired where KaTeX refuses it. `undefined`
 * where nothing helps.
 */
export function toKatexTree<T>(tex: string, isDisplay: boolean, output: Output): T | undefined {
  if (tex.length > maxChars) return undefined
  const mended = mendFormula(tex)
  const tree = tryRender(mended, isDisplay, output)
  if (tree !== undefined) return tree as T
  const repaired = repairFormula(mended, isDisplay)
  if (repaired === undefined || repaired === mended) return undefined
  return tryRender(repaired, isDisplay, output) as T | undefined
}
