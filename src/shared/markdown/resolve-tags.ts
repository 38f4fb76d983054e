import type { Nodes, PhrasingContent } from 'mdast'
import type { FormulaNode } from './formula-syntax.ts'

/** Text set lower, higher or underlined. */
export type StyledNode = {
  type: 'styled'
  tag: 'sub' | 'sup' | 'u'
  children: PhrasingContent[]
  data: { hName: 'sub' | 'sup' | 'u' }
}
declare module 'mdast' {
  interface RootContentMap {
    styled: StyledNode & { position?: import('unist').Position }
  }
  interface PhrasingContentMap {
    styled: StyledNode & { position?: import('unist').Position }
  }
}

const meanings: Record<string, 'sub' | 'sup' | 'u' | 'strong' | 'emphasis' | 'delete'> = {
  sub: 'sub',
  sup: 'sup',
  u: 'u',
  ins: 'u',
  b: 'strong',
  strong: 'strong',
  i: 'emphasis',
  em: 'emphasis',
  s: 'delete',
  del: 'delete',
  strike: 'delete',
}
/** These may stand alone at either end of a line: they only place what they hold. */
const placing = new Set('center div p details summary section answer box control'.split(' '))
/** A tag whose end is further away is text. */
const maxChars = 300

export const toStyled = (tag: StyledNode['tag'], children: PhrasingContent[]): StyledNode => ({
  type: 'styled',
  tag,
  children,
  data: { hName: tag },
})

function countChars(nodes: readonly Nodes[]): number {
  let chars = 0
  for (const node of nodes) {
    chars += 'value' in node ? node.value.length : 'children' in node ? countChars(node.children) : 1
    if (chars > maxChars) break
  }
  return chars
}

/** The result that GLM models put between marks of their own, as a boxed formula. */
function toBox(children: PhrasingContent[]): FormulaNode {
  const toTex = (node: Nodes): string => {
    if (node.type === 'formula') return node.value
    if ('children' in node) return node.children.map(toTex).join('')
    const text = 'value' in node ? node.value : ' '
    const isMath = !/[^\d\s.,+\-*/=<>()%A-Za-z]|[A-Za-z]{2}/.test(text)
    return isMath || text.trim() === '' ? text : `\\text{${text.replace(/[\\{}]/g, ' ')}}`
  }
  return { type: 'formula', value: `\\boxed{${children.map(toTex).join('')}}`, isDisplay: false, isPending: false }
}

function toMeant(name: string, children: PhrasingContent[]): PhrasingContent[] {
  if (name === 'box') return [toBox(children)]
  const meaning = meanings[name]
  if (meaning === undefined) return children
  return [
    meaning === 'sub' || meaning === 'sup' || meaning === 'u'
      ? toStyled(meaning, children)
      : { type: meaning, children },
  ]
}

const endsLine = (node: Nodes | undefined) =>
  node === undefined || node.type === 'break' || (node.type === 'text' && /\n[ \t]*$/.test(node.value.slice(-40)))
const beginsLine = (node: Nodes | undefined) =>
  node === undefined || node.type === 'break' || (node.type === 'text' && /^[ \t]*\n/.test(node.value))

/** Tags without a partner: gone where they only place what stands in their line, else text. */
function settleLone(children: PhrasingContent[]): PhrasingContent[] {
  const settled: PhrasingContent[] = []
  for (const [index, node] of children.entries()) {
    const before = settled.at(-1)
    if (node.type !== 'tag') settled.push(node)
    else if (node.name !== 'control') {
      const next = children.slice(index + 1).find((other) => other.type !== 'tag' || !placing.has(other.name))
      if (placing.has(node.name) && (endsLine(before) || beginsLine(next))) continue
      settled.push({ type: 'text', value: node.value })
    }
  }
  return mergeTexts(settled)
}

function mergeTexts(nodes: PhrasingContent[]): PhrasingContent[] {
  const merged: PhrasingContent[] = []
  for (const node of nodes) {
    const before = merged.at(-1)
    if (node.type !== 'text' || before?.type !== 'text') merged.push(node)
    else merged[merged.length - 1] = { type: 'text', value: before.value + node.value }
  }
  return merged
}

/**
 * Pairs of tags as what they mean, with what stands between them. `isGrowing`: more may follow; what a tag without its
 * end may still change is held back.
 */
export function resolveTags(children: PhrasingContent[], isGrowing: boolean): PhrasingContent[] {
  if (!children.some((node) => node.type === 'tag')) return children
  const settled: PhrasingContent[] = []
  const open: { name: string; at: number }[] = []
  for (const node of children) {
    const opener = node.type === 'tag' && node.isClosing ? open.findLastIndex(({ name }) => name === node.name) : -1
    const { at = 0 } = open[opener] ?? {}
    if (node.type === 'tag' && !node.isClosing && node.name !== 'control')
      open.push({ name: node.name, at: settled.length })
    if (node.type === 'tag' && opener !== -1 && countChars(settled.slice(at + 1)) <= maxChars) {
      open.length = opener
      const inside = settleLone(settled.splice(at).slice(1))
      settled.push(...toMeant(node.name, inside))
    } else settled.push(node)
  }
  const held = isGrowing
    ? open.find(
        ({ name, at }) =>
          (name === 'box' || !placing.has(name) || !endsLine(settled[at - 1])) &&
          countChars(settled.slice(at + 1)) <= maxChars,
      )
    : undefined
  return settleLone(held ? settled.slice(0, held.at) : settled)
}
