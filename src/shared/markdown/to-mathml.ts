import 'katex/contrib/mhchem'
import { toKatexTree } from './to-katex-tree.ts'

/** A node of KaTeX's MathML tree: an element with a `type`, or text. */
export type MathNode = {
  type?: string
  text?: string
  /** Of a space: the character as wide as it. */
  character?: string | null
  attributes?: Record<string, string>
  children?: MathNode[]
  toMarkup: () => string
}
/** The `math` element, or `undefined` where it is no formula KaTeX knows. */
export const toMathTree = (tex: string, isDisplay: boolean): MathNode | undefined =>
  toKatexTree<MathNode>(tex, isDisplay, 'mathml')?.children?.[0]

/** As MathML without style attributes, which a strict policy refuses, and without its source. */
export function toMathml(tex: string, isDisplay: boolean): string | undefined {
  return toMathTree(tex, isDisplay)
    ?.toMarkup()
    .replace(/<annotation [^]*?<\/annotation>/, '')
    .replace(/(<[^>]*?) style="[^"]*"/g, '$1')
}
