import type { Code, Nodes, PhrasingContent, Root, Text } from 'mdast'
import { withoutDelimiters } from './formula-syntax.ts'
import { keepNumbers } from './list-numbers.ts'
import { resolveTags, toStyled } from './resolve-tags.ts'

/** `<br>`, which models write in tables, the mark of a footnote, or an e-mail address. */
const special =
  /<br\s*\/?>|\[\^((?:\d{1,3}|(?:fn|note|ref|注)[\w-]{0,20}))\](:?)|(?<![\w.+-])[\w.+-]+@[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)+(?![\w-])/gi
const maySpecial = /<br|@|\[\^/i

type Place = { isInLink: boolean; /** More may follow right behind. */ isGrowing: boolean; source: string }

function splitText({ value }: Text, isFirst: boolean): PhrasingContent[] | undefined {
  const nodes: PhrasingContent[] = []
  let end = 0
  const add = (text: string) => text !== '' && nodes.push({ type: 'text', value: text })
  for (const { 0: source, 1: label, 2: colon, index } of value.matchAll(special)) {
    add(value.slice(end, index))
    end = index + source.length
    if (label !== undefined) {
      nodes.push(toStyled('sup', [{ type: 'text', value: `[${label}]` }]))
      // At the beginning of a line stands the note itself.
      const isNote = index === 0 ? isFirst : value[index - 1] === '\n'
      if (colon !== '' && !isNote) end -= 1
    } else if (source.startsWith('<')) nodes.push({ type: 'break' })
    else nodes.push({ type: 'link', url: `mailto:${source}`, children: [{ type: 'text', value: source }] })
  }
  if (nodes.length === 0) return undefined
  add(value.slice(end))
  return nodes
}

/** A fence of the language `math` is a formula. */
function toFormula({ value, position }: Code, { isGrowing, source }: Place): Nodes {
  const [first = 0, last = 0] = [position?.start.offset, position?.end.offset]
  const isClosed = /\n[ \t>]*(?:`{3,}|~{3,})[ \t]*$/.test(source.slice(Math.max(first, last - 200), last))
  return {
    type: 'formula',
    value: withoutDelimiters(value),
    isDisplay: true,
    isPending: isGrowing && !isClosed,
    ...(position && { position }),
  }
}

/** Returns whether anything is left to be seen. */
function settle(node: Nodes, place: Place): boolean {
  // Whether an item is spaced shows only when the next one comes: all are spaced alike.
  if (node.type === 'list' || node.type === 'listItem') node.spread = true
  if (node.type === 'list') keepNumbers(node)
  if (!('children' in node)) return true
  let children = node.children as Nodes[]
  const hasTags = children.some((child) => child.type === 'tag')
  if (hasTags) {
    children = resolveTags(children as PhrasingContent[], place.isGrowing)
    if (node.type === 'paragraph' && children.every((child) => child.type === 'text' && child.value.trim() === ''))
      return false
  }
  node.children = children.flatMap((child, index): Nodes[] => {
    const within = {
      ...place,
      isInLink: place.isInLink || child.type === 'link',
      isGrowing: place.isGrowing && index === children.length - 1,
    }
    if (child.type === 'text') {
      const mayBe = !place.isInLink && maySpecial.test(child.value)
      return (mayBe && splitText(child, index === 0)) || [child]
    }
    if (child.type === 'code' && child.lang === 'math') return [toFormula(child, within)]
    return settle(child, within) ? [child] : []
  }) as typeof node.children
  return true
}

/** What parsing leaves to be done where it takes more than one token to know: tags, notes, numbers of lists, fences of mathematics. */
export const settleAnswer = (tree: Root, isGrowing: boolean, source: string) =>
  void settle(tree, { isInLink: false, isGrowing, source })
