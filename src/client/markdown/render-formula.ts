import { toKatexTree } from '../../shared/markdown/to-katex-tree.ts'

type Tree = {
  attributes?: Record<string, string>
  children?: Tree[]
  /** In em, from the baseline; absent where the tree is MathML. */
  height?: number
  depth?: number
  toNode: () => Node
}
/** No formula for people is higher; \raisebox and stacked sizes get past KaTeX's own limit. */
const maxHeightEm = 80
/** Deeper nests of boxes than this end Chromium’s layout, and with it the page. */
const maxLevels = 300
/** What was built last, to be copied; `nodes` of all of it together. */
const cache = new Map<string, { node: Node | undefined; nodes: number }>()
const maxCachedNodes = 6_000
let cachedNodes = 0

/**
 * A strict policy refuses style attributes, so they wait under another name to be set through the object model. Gives
 * how many levels of elements the tree has.
 */
function deferStyles({ attributes, children }: Tree): number {
  if (attributes?.['style'] !== undefined) {
    attributes['data-style'] = attributes['style']
    delete attributes['style']
  }
  return 1 + Math.max(0, ...(children ?? []).map(deferStyles))
}

function build(tex: string, displayMode: boolean): Node | undefined {
  const tree = toKatexTree<Tree>(tex, displayMode, 'htmlAndMathml')
  if (!tree || (tree.height ?? 0) > maxHeightEm || (tree.depth ?? 0) > maxHeightEm) return undefined
  if (deferStyles(tree) > maxLevels) return undefined
  const node = tree.toNode()
  if (!(node instanceof Element)) return node
  for (const element of node.querySelectorAll<HTMLElement | SVGElement>('[data-style]')) {
    element.style.cssText = element.dataset['style'] ?? ''
    delete element.dataset['style']
  }
  if (!displayMode) {
    for (const base of node.querySelectorAll('.katex-html > .katex-base + .katex-base')) {
      base.before(document.createElement('wbr'))
    }
  }
  return node
}

const isChemistry = (tex: string) => /\\(?:ce|pu)\b/.test(tex)
let isChemistryThere = false

/** Resolves once KaTeX has all this formula needs; `undefined` where it has already. */
export function whenRenderable(tex: string): Promise<void> | undefined {
  if (isChemistryThere || !isChemistry(tex)) return undefined
  return import('katex/contrib/mhchem').then(() => {
    isChemistryThere = true
  })
}

function countNodes(node: Node): number {
  let count = 1
  for (const child of node.childNodes) count += countNodes(child)
  return count
}

function forget(key: string) {
  cachedNodes -= cache.get(key)?.nodes ?? 0
  cache.delete(key)
}

/** KaTeX's tree as elements, or `undefined` where it is no formula KaTeX knows. */
export function renderFormula(tex: string, isDisplay: boolean): Node | undefined {
  const key = `${isDisplay ? 'd' : 'i'}${tex}`
  let known = cache.get(key)
  if (known) cache.delete(key)
  else {
    const node = build(tex, isDisplay)
    known = { node, nodes: node ? countNodes(node) : 1 }
    cachedNodes += known.nodes
  }
  cache.set(key, known)
  for (const oldest of cache.keys()) {
    if (cachedNodes <= maxCachedNodes || oldest === key) break
    forget(oldest)
  }
  return known.node?.cloneNode(true)
}

/** The formula as a MathML element alone, for the clipboard. */
export function renderMathml(tex: string, isDisplay: boolean): Element | undefined {
  const node = toKatexTree<Tree>(tex, isDisplay, 'mathml')?.toNode()
  const math = node instanceof Element ? node.querySelector('math') : null
  math?.querySelector('annotation')?.remove()
  return math ?? undefined
}
