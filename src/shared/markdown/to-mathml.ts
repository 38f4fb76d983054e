import katex, { type KatexOptions } from 'katex'
import 'katex/contrib/mhchem'

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
const { __renderToDomTree: toTree } = katex as unknown as {
  __renderToDomTree: (tex: string, options: KatexOptions) => MathNode
}

const options: KatexOptions = {
  output: 'mathml',
  throwOnError: true,
  trust: false,
  strict: 'ignore',
  maxExpand: 300,
  maxSize: 20,
}
const maxChars = 8_000

/** The `math` element, or `undefined` where it is no formula KaTeX knows. */
export function toMathTree(tex: string, isDisplay: boolean): MathNode | undefined {
  if (tex.length > maxChars) return undefined
  try {
    return toTree(tex, { ...options, displayMode: isDisplay }).children?.[0]
  } catch {
    return undefined
  }
}

/** As MathML without style attributes, which a strict policy refuses, and without its source. */
export function toMathml(tex: string, isDisplay: boolean): string | undefined {
  return toMathTree(tex, isDisplay)
    ?.toMarkup()
    .replace(/<annotation [^]*?<\/annotation>/, '')
    .replace(/(<[^>]*?) style="[^"]*"/g, '$1')
}
