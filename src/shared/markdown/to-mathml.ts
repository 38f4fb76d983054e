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

/** Without style attributes, which a strict policy refuses, and without its source. */
function strip(node: MathNode) {
  delete node.attributes?.['style']
  if (node.children) node.children = node.children.filter(({ type }) => type !== 'annotation')
  node.children?.forEach(strip)
}

export function toMathml(tex: string, isDisplay: boolean): string | undefined {
  const tree = toMathTree(tex, isDisplay)
  if (tree) strip(tree)
  return tree?.toMarkup()
}
