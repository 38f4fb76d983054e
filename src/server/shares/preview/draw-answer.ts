import type { Node } from '@takumi-rs/core'
import type { Nodes } from 'mdast'
import { isTooExpensive } from '../../../shared/markdown/is-too-expensive.ts'
import { toMarker } from '../../../shared/markdown/list-numbers.ts'
import { parseAnswer } from '../../../shared/markdown/parse-answer.ts'
import type { StyledNode } from '../../../shared/markdown/resolve-tags.ts'
import { column, row, text } from './layout.ts'
import { drawFormula } from './draw-formula.ts'

type Style = NonNullable<Node['style']>

/** Nobody reads more on a card. */
const maxPieces = 160

/** Words, and each Chinese character with the punctuation behind it: where a line may be broken. */
const splitWords = (value: string): string[] =>
  value.match(/[\u2e80-\u9fff\uf900-\ufaff][\u3000-\u303f\uff00-\uffef”’]*|[^\s\u2e80-\u9fff\uf900-\ufaff]+\s*|\s+/g) ??
  []

const toWords = (value: string, style: Style): Node[] =>
  splitWords(value).map((word) => {
    const bare = word.trimEnd()
    if (bare === '') return column([], { width: '0.26em' })
    return text(bare, { ...style, ...(bare !== word && { marginRight: '0.26em' }) })
  })

/** Indices and powers, as high as in a formula. */
function toScripts({ tag, children }: StyledNode, style: Style): Node[] {
  if (tag === 'u') return children.flatMap((child) => toPieces(child, { ...style, textDecoration: 'underline' }))
  const pieces = children.flatMap((child) => toPieces(child, { ...style, fontSize: '0.72em' }))
  return [row(pieces, { alignSelf: tag === 'sup' ? 'flex-start' : 'flex-end' })]
}

/** The pieces of a line of text, in the order they stand. */
function toPieces(node: Nodes, style: Style): Node[] {
  switch (node.type) {
    case 'text':
      return toWords(node.value, style)
    case 'formula':
      return [row([drawFormula(node.value, node.isDisplay)], { marginRight: '0.14em', marginLeft: '0.04em' })]
    case 'inlineCode':
      return [text(node.value, style)]
    case 'strong':
      return node.children.flatMap((child) => toPieces(child, { ...style, fontWeight: 700 }))
    case 'styled':
      return toScripts(node, style)
    case 'break':
      return [column([], { width: '100%' })]
    default:
      if ('children' in node) return node.children.flatMap((child) => toPieces(child, style))
      return 'value' in node ? toWords(node.value, style) : []
  }
}

const isLoneFormula = (nodes: Nodes[]) => nodes.length === 1 && nodes[0]?.type === 'formula' && nodes[0].isDisplay

function toLines(node: Nodes): Node[] {
  switch (node.type) {
    case 'paragraph':
    case 'heading': {
      const isCentred = isLoneFormula(node.children)
      const style = node.type === 'heading' ? { fontWeight: 700 } : {}
      return [
        row(
          node.children.flatMap((child) => toPieces(child, style)),
          { flexWrap: 'wrap', ...(isCentred && { justifyContent: 'center' }), lineHeight: 1.4 },
        ),
      ]
    }
    case 'formula':
      return [row([drawFormula(node.value, true)], { justifyContent: 'center' })]
    case 'list':
      return node.children.flatMap((item) => {
        return [
          row(
            [
              text(toMarker(node, item), { marginRight: '0.4em' }),
              column(item.children.flatMap(toLines), { flexShrink: 1 }),
            ],
            {
              alignItems: 'flex-start',
              lineHeight: 1.4,
            },
          ),
        ]
      })
    case 'code':
      return node.value
        .split('\n')
        .slice(0, 8)
        .map((line) => text(line))
    case 'table':
      return node.children.map((line) => row(line.children.flatMap((cell) => [...toPieces(cell, {}), text('  ')])))
    case 'definition':
    case 'thematicBreak':
      return []
    default:
      if ('children' in node) return node.children.flatMap(toLines)
      return 'value' in node ? [row(toWords(node.value, {}), { flexWrap: 'wrap' })] : []
  }
}

function count(node: Node): number {
  return 1 + ('children' in node ? (node.children ?? []).reduce((sum, child) => sum + count(child), 0) : 0)
}

/** The beginning of an answer as lines of boxes. */
export function drawAnswer(answer: string): Node[] {
  const beginning = answer.slice(0, 1_500)
  if (isTooExpensive(beginning)) return [row(toWords(beginning.slice(0, 600), {}), { flexWrap: 'wrap' })]
  const lines: Node[] = []
  let pieces = 0
  for (const line of parseAnswer(beginning).children.flatMap(toLines)) {
    if (pieces > maxPieces * 4) break
    pieces += count(line)
    lines.push(line)
  }
  return lines
}
