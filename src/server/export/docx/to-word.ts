import type { Nodes, PhrasingContent, Table } from 'mdast'
import { escapeHtml as esc } from '../../../shared/markdown/to-html.ts'
import { isTooExpensive } from '../../../shared/markdown/is-too-expensive.ts'
import { isSafeUrl } from '../../../shared/markdown/is-safe-url.ts'
import { createAnswerParser } from '../../../shared/markdown/parse-answer.ts'
import { toMarker } from '../../../shared/markdown/list-numbers.ts'
import { createSplitter } from '../../../shared/markdown/split-blocks.ts'
import { toOmml } from './to-omml.ts'

/** Links of the text, to be named in the file beside it. */
export type Links = {
  /** The name of the link, or `undefined` where there are too many. */
  add: (url: string) => string | undefined
}
type Looks = {
  isBold?: boolean
  isItalic?: boolean
  isStruck?: boolean
  isCode?: boolean
  mark?: 'sub' | 'sup' | 'u'
  style?: string
}

const marks = {
  u: '<w:u w:val="single"/>',
  sub: '<w:vertAlign w:val="subscript"/>',
  sup: '<w:vertAlign w:val="superscript"/>',
}

function toRun(text: string, looks: Looks): string {
  const properties = [
    looks.style === undefined ? '' : `<w:rStyle w:val="${looks.style}"/>`,
    looks.isCode ? '<w:rFonts w:ascii="Consolas" w:hAnsi="Consolas" w:cs="Consolas"/>' : '',
    looks.isBold ? '<w:b/>' : '',
    looks.isItalic ? '<w:i/>' : '',
    looks.isStruck ? '<w:strike/>' : '',
    looks.mark === undefined ? '' : marks[looks.mark],
  ].join('')
  const lines = text.split('\n').map((line) => `<w:t xml:space="preserve">${esc(line)}</w:t>`)
  return `<w:r>${properties === '' ? '' : `<w:rPr>${properties}</w:rPr>`}${lines.join('<w:br/>')}</w:r>`
}

function toLink(url: string, children: PhrasingContent[], links: Links, looks: Looks): string {
  const name = isSafeUrl(url) ? links.add(url) : undefined
  if (name === undefined) return toInline(children, links, looks)
  return `<w:hyperlink r:id="${name}">${toInline(children, links, { ...looks, style: 'Hyperlink' })}</w:hyperlink>`
}

function toInline(nodes: PhrasingContent[], links: Links, looks: Looks = {}): string {
  return nodes
    .map((node): string => {
      switch (node.type) {
        case 'text':
          return toRun(node.value, looks)
        case 'formula': {
          const math = toOmml(node.value, node.isDisplay)
          if (math === undefined) return toRun(node.value, { ...looks, isCode: true })
          return node.isDisplay ? `<m:oMathPara>${math}</m:oMathPara>` : math
        }
        case 'strong':
          return toInline(node.children, links, { ...looks, isBold: true })
        case 'emphasis':
          return toInline(node.children, links, { ...looks, isItalic: true })
        case 'delete':
          return toInline(node.children, links, { ...looks, isStruck: true })
        case 'styled':
          return toInline(node.children, links, { ...looks, mark: node.tag })
        case 'inlineCode':
          return toRun(node.value, { ...looks, isCode: true })
        case 'break':
          return '<w:r><w:br/></w:r>'
        case 'link':
          return toLink(node.url, node.children, links, looks)
        default:
          if ('children' in node) return toInline(node.children as PhrasingContent[], links, looks)
          return 'value' in node ? toRun(node.value, looks) : ''
      }
    })
    .join('')
}

export const toParagraph = (content: string, style?: string, indent = 0) => {
  const properties = `${style === undefined ? '' : `<w:pStyle w:val="${style}"/>`}${indent === 0 ? '' : `<w:ind w:left="${indent * 360}"/>`}`
  return `<w:p>${properties === '' ? '' : `<w:pPr>${properties}</w:pPr>`}${content}</w:p>`
}
export const toTextParagraph = (text: string, style?: string) => toParagraph(toRun(text, {}), style)

function toTable({ children }: Table, links: Links): string {
  const edge = (name: string) => `<w:${name} w:val="single" w:sz="4" w:color="BBBBBB"/>`
  const borders = ['top', 'left', 'bottom', 'right', 'insideH', 'insideV'].map(edge).join('')
  const rows = children.map((row, index) => {
    const cells = row.children.map(
      (cell) => `<w:tc>${toParagraph(toInline(cell.children, links, index === 0 ? { isBold: true } : {}))}</w:tc>`,
    )
    return `<w:tr>${cells.join('')}</w:tr>`
  })
  return `<w:tbl><w:tblPr><w:tblBorders>${borders}</w:tblBorders></w:tblPr>${rows.join('')}</w:tbl>${toParagraph('')}`
}

function toBlocks(nodes: Nodes[], links: Links, indent: number, mark = ''): string {
  let isFirst = true
  const lead = () => {
    const text = isFirst && mark !== '' ? toRun(mark, {}) : ''
    isFirst = false
    return text
  }
  return nodes
    .map((node): string => {
      switch (node.type) {
        case 'paragraph':
          return toParagraph(lead() + toInline(node.children, links), undefined, indent)
        case 'formula':
          return toParagraph(lead() + toInline([node], links), undefined, indent)
        case 'heading':
          return toParagraph(lead() + toInline(node.children, links), `Heading${Math.min(node.depth + 2, 6)}`, indent)
        case 'blockquote':
          return toBlocks(node.children, links, indent + 1)
        case 'list': {
          return node.children
            .map((item) => {
              const box = item.checked == null ? '' : item.checked ? '☑ ' : '☐ '
              return toBlocks(item.children, links, indent + 1, `${toMarker(node, item)} ${box}`)
            })
            .join('')
        }
        case 'code':
          return toParagraph(lead() + toRun(node.value, { isCode: true }), undefined, indent)
        case 'table':
          return toTable(node, links)
        case 'thematicBreak':
        case 'definition':
          return ''
        default:
          return 'children' in node ? toBlocks(node.children, links, indent, mark) : ''
      }
    })
    .join('')
}

/** A model's text as paragraphs of a Word document, its formulas as native equations. */
export function toWord(text: string, links: Links): string {
  const { groups, definitions } = createSplitter()(text)
  const parse = createAnswerParser(definitions)
  return groups
    .flatMap((group) => group.blocks)
    .map((block) =>
      isTooExpensive(block.text) ? toTextParagraph(block.text.trim()) : toBlocks(parse(block.text).children, links, 0),
    )
    .join('')
}
