import type { Nodes, PhrasingContent, Root, Text } from 'mdast'
import { gfmAutolinkLiteralFromMarkdown } from 'mdast-util-gfm-autolink-literal'
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough'
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table'
import { gfmTaskListItemFromMarkdown } from 'mdast-util-gfm-task-list-item'
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough'
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item'
import type { Processor } from 'unified'
import { productSyntax } from './multiplication-star.ts'
import { autolinkSyntax } from './autolink-syntax.ts'
import { formulaFromMarkdown, formulaSyntax } from './formula-syntax.ts'
import { tableSyntax } from './table-syntax.ts'

const { enter, exit } = gfmAutolinkLiteralFromMarkdown()

/** `<br>`, which models write in tables, or an e-mail address. */
const special =
  /<br\s*\/?>|(?<![\w.+-])[\w.+-]+@[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)+(?![\w-])/gi

function splitText({ value }: Text): PhrasingContent[] | undefined {
  const nodes: PhrasingContent[] = []
  let end = 0
  for (const match of value.matchAll(special)) {
    if (match.index > end) nodes.push({ type: 'text', value: value.slice(end, match.index) })
    const [source] = match
    nodes.push(
      source.startsWith('<')
        ? { type: 'break' }
        : { type: 'link', url: `mailto:${source}`, children: [{ type: 'text', value: source }] },
    )
    end = match.index + source.length
  }
  if (nodes.length === 0) return undefined
  if (end < value.length) nodes.push({ type: 'text', value: value.slice(end) })
  return nodes
}

function settle(node: Nodes, isInLink = false) {
  // Whether an item is spaced shows only when the next one comes: all are spaced alike.
  if (node.type === 'list' || node.type === 'listItem') node.spread = true
  if (!('children' in node)) return
  const children = node.children as Nodes[]
  for (let index = children.length - 1; index >= 0; index -= 1) {
    const child = children[index] as Nodes
    const replaced = child.type === 'text' && /<br|@/i.test(child.value) && !isInLink ? splitText(child) : undefined
    if (replaced) children.splice(index, 1, ...replaced)
    else settle(child, isInLink || child.type === 'link')
  }
}

/**
 * Markdown as models write it: GFM and formulas in every delimiter. What would change the looks of text already shown
 * (underlined headings) or is none of theirs (raw HTML) is off. `isGrowing`: a formula without its end is pending.
 */
export function remarkAnswer(this: Processor, { isGrowing = false }: { isGrowing?: boolean } = {}) {
  const data = this.data() as Record<string, unknown[] | undefined>
  ;(data['micromarkExtensions'] ??= []).push(
    tableSyntax(),
    gfmStrikethrough({ singleTilde: false }),
    gfmTaskListItem(),
    autolinkSyntax,
    productSyntax,
    formulaSyntax({ isGrowing }),
    { disable: { null: ['setextUnderline', 'htmlFlow', 'htmlText'] } },
  )
  ;(data['fromMarkdownExtensions'] ??= []).push(
    gfmTableFromMarkdown(),
    gfmStrikethroughFromMarkdown(),
    gfmTaskListItemFromMarkdown(),
    { enter, exit },
    formulaFromMarkdown,
  )
  return (tree: Root) => settle(tree)
}
