import katex, { type KatexOptions } from 'katex'

type Tree = { attributes?: Record<string, string>; children?: Tree[]; toNode: () => Node }
const { __renderToDomTree: toTree } = katex as unknown as {
  __renderToDomTree: (tex: string, options: KatexOptions) => Tree
}

const options: KatexOptions = {
  throwOnError: true,
  trust: false,
  strict: 'ignore',
  maxExpand: 300,
  maxSize: 20,
  output: 'htmlAndMathml',
}
const maxChars = 8_000
const cache = new Map<string, Node | undefined>()
const maxCached = 2_000

/** A strict policy refuses style attributes, so they wait under another name to be set through the object model. */
function deferStyles({ attributes, children }: Tree) {
  if (attributes?.['style'] !== undefined) {
    attributes['data-style'] = attributes['style']
    delete attributes['style']
  }
  for (const child of children ?? []) deferStyles(child)
}

function build(tex: string, isDisplay: boolean): Node | undefined {
  if (tex.length > maxChars) return undefined
  try {
    const tree = toTree(tex, { ...options, displayMode: isDisplay })
    deferStyles(tree)
    const node = tree.toNode()
    if (node instanceof Element) {
      for (const element of node.querySelectorAll<HTMLElement | SVGElement>('[data-style]')) {
        element.style.cssText = element.dataset['style'] ?? ''
        delete element.dataset['style']
      }
    }
    return node
  } catch {
    return undefined
  }
}

/** KaTeX's tree as elements, or `undefined` where it is no formula KaTeX knows. Built once per source. */
export function renderFormula(tex: string, isDisplay: boolean): Node | undefined {
  const key = `${isDisplay ? 'd' : 'i'}${tex}`
  if (!cache.has(key)) {
    if (cache.size >= maxCached) cache.clear()
    cache.set(key, build(tex, isDisplay))
  }
  return cache.get(key)?.cloneNode(true)
}
