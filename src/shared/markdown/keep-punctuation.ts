import type { Nodes, PhrasingContent, Root } from 'mdast'

/** A formula in a line with the punctuation that may not part from it. */
type TiedNode = {
  type: 'tied'
  children: PhrasingContent[]
  data: { hName: 'span'; hProperties: { className: string } }
}
declare module 'mdast' {
  interface RootContentMap {
    tied: TiedNode & { position?: import('unist').Position }
  }
  interface PhrasingContentMap {
    tied: TiedNode & { position?: import('unist').Position }
  }
}

const openers = '([{（［｛〔【《〈「『“‘'

/** The brackets and quotation marks that a text ends with. */
function findOpener(text: string): string {
  let start = text.length
  while (start > 0 && openers.includes(text[start - 1] as string)) start -= 1
  return text.slice(start)
}
const closing = /^[)\]},.;:!?%…—）］｝〕】》〉」』”’，。、；：？！％]+/

function tie(node: Nodes) {
  if (!('children' in node)) return
  const children = node.children as Nodes[]
  for (const [index, child] of children.entries()) {
    if (child.type !== 'formula' || child.isDisplay) {
      tie(child)
      continue
    }
    const tied: PhrasingContent[] = [child]
    const before = children[index - 1]
    const opener = before?.type === 'text' ? findOpener(before.value) : ''
    if (before?.type === 'text' && opener !== '') {
      before.value = before.value.slice(0, -opener.length)
      tied.unshift({ type: 'text', value: opener })
    }
    const after = children[index + 1]
    const [closer] = (after?.type === 'text' && closing.exec(after.value)) || []
    if (after?.type === 'text' && closer !== undefined) {
      after.value = after.value.slice(closer.length)
      tied.push({ type: 'text', value: closer })
    }
    children[index] = { type: 'tied', children: tied, data: { hName: 'span', hProperties: { className: 'md-tied' } } }
  }
}

/**
 * No line begins with a comma or ends with a bracket: browsers break a line on both sides of a formula, whatever stands
 * there. Every formula in a line is tied, so that none is drawn again when its comma comes.
 */
export const keepPunctuation = () => (tree: Root) => tie(tree)
