import type { Nodes } from 'mdast'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { separateFences } from '../../../shared/markdown/fences.ts'
import { remarkLinks } from '../../../shared/markdown/settle-links.ts'
import { createSplitter, type Block } from '../../../shared/markdown/split-blocks.ts'
import { holdEnd } from '../hold-back-end.ts'
import { growingPlugins, wholePlugins } from '../plugins.ts'
import { toShownCode } from '../to-shown-code.ts'

const growing = unified().use(remarkParse).use(growingPlugins).use(remarkLinks, { isGrowing: true }).freeze()
const whole = unified().use(remarkParse).use(wholePlugins).use(remarkLinks).freeze()

/** A block as the page reads it. */
export function parse(text: string, isGrowing: boolean) {
  const value = separateFences(isGrowing ? holdEnd(text) : text)
  const processor = isGrowing ? growing : whole
  return processor.runSync(processor.parse(value), { value } as never) as Nodes
}

/** What a reader sees, in order: each element as it begins, text without its spaces, formulas that are there. */
function toSeen(node: Nodes): string {
  if (node.type === 'formula') return node.isPending ? '' : `⟦${node.value}⟧`
  if (node.type === 'host') return node.value
  if ('value' in node) return (node.type === 'text' ? '' : `<${node.type}>`) + node.value.replace(/\s+/g, '')
  const inside = 'children' in node ? node.children.map(toSeen).join('') : ''
  if (/^(?:root|paragraph|tableRow|tableCell|link|break|tied)$/.test(node.type)) return inside
  // An item that is still empty is not seen.
  if (inside === '' && node.type !== 'thematicBreak') return ''
  const name =
    node.type === 'styled' ? node.tag : node.type === 'listItem' ? `${node.type} ${node.shown ?? ''}` : node.type
  return `<${name}>${inside}`
}

function seenOf({ text, code }: Block, isGrowing: boolean): string {
  if (!code || code.language === 'math') return toSeen(parse(text, isGrowing))
  return isGrowing && text.length <= code.start ? '' : `<code>${toShownCode(text, code, isGrowing).replace(/\s+/g, '')}`
}

/** What is seen of a text that grows, block by block. */
export function createReader(): (text: string) => string {
  const split = createSplitter()
  const known = new WeakMap<Block, string>()
  return (text) => {
    const blocks = split(text, true).groups.flatMap((group) => group.blocks)
    return blocks
      .map((block, index) => {
        if (index === blocks.length - 1) return seenOf(block, true)
        const seen = known.get(block) ?? seenOf(block, false)
        known.set(block, seen)
        return seen
      })
      .join('')
  }
}

/** What is seen of a text that is whole. */
export const seenWhole = (text: string): string =>
  createSplitter()(text)
    .groups.flatMap((group) => group.blocks)
    .map((block) => seenOf(block, false))
    .join('')

/** The first beginning of a text, character by character, that shows something which its end shows otherwise. */
export function findChange(text: string): string | undefined {
  const end = seenWhole(text)
  const read = createReader()
  for (let chars = 1; chars <= text.length; chars += 1) {
    const seen = read(text.slice(0, chars))
    if (end.startsWith(seen)) continue
    let same = 0
    while (seen[same] === end[same]) same += 1
    const at = JSON.stringify(text.slice(Math.max(0, chars - 30), chars))
    return `${at} shows ${seen.slice(Math.max(0, same - 20), same + 30)}, its end ${end.slice(Math.max(0, same - 20), same + 30)}`
  }
  return undefined
}
