import type { List, Nodes, Table } from 'mdast'
import { isTooExpensive } from './is-too-expensive.ts'
import { isSafeUrl } from './is-safe-url.ts'
import { createAnswerParser } from './parse-answer.ts'
import { createSplitter, toClassName } from './split-blocks.ts'
import { keepPunctuation } from './keep-punctuation.ts'
import { toMathml } from './to-mathml.ts'

/** No blank line is looked for further than this. */
const farChars = 4_000

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

function toList({ ordered, start, hasParentheses, children }: List): string {
  const items = children.map((item) => {
    const box = item.checked == null ? '' : `<input type="checkbox" disabled${item.checked ? ' checked' : ''}> `
    const content = toHtmlOf(item.children)
    const number = item.data?.hProperties?.['value'] === undefined ? '' : ` value="${item.shown}"`
    return `<li${number}>${box === '' ? content : content.replace('<p>', `<p>${box}`)}</li>`
  })
  if (ordered !== true) return `<ul>${items.join('')}</ul>`
  return `<ol${hasParentheses ? ' class="md-parentheses"' : ''}${start != null && start !== 1 ? ` start="${start}"` : ''}>${items.join('')}</ol>`
}

const toHtmlOf = (nodes: Nodes[]): string => nodes.map(toHtmlFrom).join('')

const tie = keepPunctuation()

/** Only the elements written here ever come out; every text is escaped. */
function toHtmlFrom(node: Nodes): string {
  switch (node.type) {
    case 'text':
      return escapeHtml(node.value)
    case 'formula':
      return toFormula(node.value, node.isDisplay)
    case 'styled':
      return `<${node.tag}>${toHtmlOf(node.children)}</${node.tag}>`
    case 'host':
      return `<span class="md-host">${escapeHtml(node.value)}</span>`
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
    case 'definition':
      return ''
    default:
      if ('children' in node) return toHtmlOf(node.children)
      return 'value' in node ? escapeHtml(node.value) : ''
  }
}

/** Where a text may be cut that has more than `maxChars`: at a blank line or a line's end, if there is one near. */
function findCut(text: string, maxChars: number): number {
  if (text.length <= maxChars) return text.length
  for (const end of ['\n\n', '\n']) {
    const at = text.slice(maxChars, maxChars + farChars).indexOf(end)
    if (at !== -1) return maxChars + at
  }
  return /[\ud800-\udbff]/.test(text[maxChars - 1] ?? '') ? maxChars - 1 : maxChars
}

/** Text as it was written, in pieces. */
export const toPlainHtml = (text: string): string =>
  (text.match(/[^]{1,4000}[^\n]*/g) ?? [])
    .map((piece) => `<div class="md-group"><div class="md-block">${toPlainBlock(piece)}</div></div>`)
    .join('')

const toPlainBlock = (text: string) => `<p class="md-plain">${escapeHtml(text.trim())}</p>`

/**
 * Model text as HTML for readers without our renderer: formulas as MathML, no style attributes, nothing that loads or
 * runs. In pieces as wide as the page's own, so that the page can take over without a jump. What stands behind
 * `maxChars` stays as it was written.
 */
export function toHtml(text: string, maxChars = Infinity): string {
  const cut = findCut(text, maxChars)
  const { groups, definitions } = createSplitter()(text.slice(0, cut))
  const parse = createAnswerParser(definitions)
  const toBlock = (block: string) => {
    const tree = parse(block)
    tie(tree)
    return toHtmlOf(tree.children)
  }
  const drawn = groups.map(({ blocks }) => {
    const parts = blocks.map((block) => {
      const content = isTooExpensive(block.text) ? toPlainBlock(block.text) : toBlock(block.text)
      return `<div class="${toClassName(block)}">${content}</div>`
    })
    return `<div class="md-group">${parts.join('')}</div>`
  })
  return drawn.join('') + toPlainHtml(text.slice(cut))
}
