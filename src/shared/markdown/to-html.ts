import type { List, Nodes, Table } from 'mdast'
import { createPauses } from '../create-pauses.ts'
import { isCostly } from './is-costly.ts'
import { isSafeUrl } from './is-safe-url.ts'
import { createAnswerParser } from './parse-answer.ts'
import { createSplitter } from './split-blocks.ts'
import { tieFormulas } from './tie-formulas.ts'
import { toMathml } from './to-mathml.ts'

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => entities[char] ?? char)

/** Links show where they go; whatever else was meant is text. */
function toLink(url: string, content: string): string {
  if (!isSafeUrl(url)) return `<span>${content}</span>`
  const href = escapeHtml(url)
  return `<a href="${href}" title="${href}" target="_blank" rel="noopener noreferrer">${content}</a>`
}

function toFormula(tex: string, isDisplay: boolean): string {
  const math = toMathml(tex, isDisplay)
  if (math === undefined) return `<code>${escapeHtml(tex)}</code>`
  return isDisplay ? `<span class="md-scroller md-mathml" tabindex="0">${math}</span>` : math
}

function toTable({ align, children }: Table): string {
  const rows = children.map((row, index) => {
    const tag = index === 0 ? 'th' : 'td'
    const cells = row.children.map((cell, at) => {
      const side = align?.[at]
      return `<${tag}${side ? ` align="${side}"` : ''}>${toHtmlOf(cell.children)}</${tag}>`
    })
    return `<tr>${cells.join('')}</tr>`
  })
  const [head = '', ...body] = rows
  return `<div class="md-scroller" tabindex="0"><table><thead>${head}</thead><tbody>${body.join('')}</tbody></table></div>`
}

function toList({ ordered, start, children }: List): string {
  const items = children.map((item) => {
    const box = item.checked == null ? '' : `<input type="checkbox" disabled${item.checked ? ' checked' : ''}> `
    const content = toHtmlOf(item.children)
    return `<li>${box === '' ? content : content.replace('<p>', `<p>${box}`)}</li>`
  })
  if (ordered !== true) return `<ul>${items.join('')}</ul>`
  return `<ol${start != null && start !== 1 ? ` start="${start}"` : ''}>${items.join('')}</ol>`
}

const toHtmlOf = (nodes: Nodes[]): string => nodes.map(toHtmlFrom).join('')

const tie = tieFormulas()

/** Only the elements written here ever come out; every text is escaped. */
function toHtmlFrom(node: Nodes): string {
  switch (node.type) {
    case 'text':
      return escapeHtml(node.value)
    case 'formula':
      return toFormula(node.value, node.isDisplay)
    case 'tied':
      return `<span class="md-tied">${toHtmlOf(node.children)}</span>`
    case 'paragraph':
      return `<p>${toHtmlOf(node.children)}</p>`
    case 'heading':
      return `<h${node.depth}>${toHtmlOf(node.children)}</h${node.depth}>`
    case 'emphasis':
      return `<em>${toHtmlOf(node.children)}</em>`
    case 'strong':
      return `<strong>${toHtmlOf(node.children)}</strong>`
    case 'delete':
      return `<del>${toHtmlOf(node.children)}</del>`
    case 'inlineCode':
      return `<code>${escapeHtml(node.value)}</code>`
    case 'code': {
      const bar = `<div class="md-code-bar"><span>${escapeHtml(node.lang ?? '')}</span></div>`
      return `<div class="md-code">${bar}<pre tabindex="0"><code>${escapeHtml(node.value)}</code></pre></div>`
    }
    case 'break':
      return '<br>'
    case 'thematicBreak':
      return '<hr>'
    case 'blockquote':
      return `<blockquote>${toHtmlOf(node.children)}</blockquote>`
    case 'list':
      return toList(node)
    case 'table':
      return toTable(node)
    case 'link':
      return toLink(node.url, toHtmlOf(node.children))
    // A picture would make the reader's browser call somebody else's server.
    case 'image':
      return toLink(node.url, escapeHtml(node.alt || node.url))
    case 'definition':
      return ''
    default:
      if ('children' in node) return toHtmlOf(node.children)
      return 'value' in node ? escapeHtml(node.value) : ''
  }
}

/**
 * Model text as HTML for readers without our renderer: formulas as MathML, no style attributes, nothing that loads or
 * runs. In pieces as wide as the page's own, so that the page can take over without a jump. What stands behind
 * `maxChars` stays as it was written.
 */
export async function* toHtml(text: string, maxChars = Infinity): AsyncGenerator<string> {
  const cut = text.length > maxChars ? text.indexOf('\n\n', maxChars) : -1
  const [drawn, plain] = cut === -1 ? [text, ''] : [text.slice(0, cut), text.slice(cut)]
  const { groups, definitions } = createSplitter()(`${drawn}\n`)
  const parse = createAnswerParser(definitions)
  const toBlock = (block: string) => {
    const tree = parse(block)
    tie(tree)
    return toHtmlOf(tree.children)
  }
  const pause = createPauses()
  for (const { blocks } of groups) {
    yield '<div class="md-group">'
    for (const block of blocks) {
      await pause()
      const content = isCostly(block.text)
        ? `<p class="md-plain">${escapeHtml(block.text.trim())}</p>`
        : toBlock(block.text)
      yield `<div class="md-block${block.isContinued ? ' md-continued' : ''}">${content}</div>`
    }
    yield '</div>'
  }
  for (const piece of plain.match(/[^]{1,4000}[^\n]*/g) ?? []) {
    yield `<div class="md-group"><div class="md-block"><p class="md-plain">${escapeHtml(piece.trim())}</p></div></div>`
  }
}
