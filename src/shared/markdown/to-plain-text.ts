import type { Nodes } from 'mdast'
import { isTooExpensive } from './is-too-expensive.ts'
import { parseAnswer } from './parse-answer.ts'
import { toMarker } from './list-numbers.ts'
import { toFormulaText, toSubscript, toSuperscript } from './to-formula-text.ts'

const isBlock = (node: Nodes) =>
  ['paragraph', 'heading', 'code', 'blockquote', 'listItem', 'tableRow', 'break'].includes(node.type)

function toText(node: Nodes): string {
  if (node.type === 'formula') return toFormulaText(node.value)
  if (node.type === 'definition') return ''
  if (node.type === 'list' && node.ordered === true) {
    return node.children.map((item) => `${toMarker(node, item)} ${toText(item)}`).join('')
  }
  if (node.type === 'tableCell') return `${node.children.map(toText).join('')} `
  if (node.type === 'break') return '\n'
  const text = 'children' in node ? node.children.map(toText).join('') : 'value' in node ? node.value : ''
  if (node.type === 'styled' && node.tag !== 'u') return node.tag === 'sub' ? toSubscript(text) : toSuperscript(text)
  return isBlock(node) ? `${text}\n` : text
}

/** Of a pair that a cut went through. */
const loneHalf = /[\ud800-\udbff]$/

/** The beginning of a model's text as a line without marks, formulas in plain characters; for titles and descriptions. */
export function toPlainText(text: string, maxChars: number): string {
  const beginning = text.slice(0, maxChars * 6).replace(loneHalf, '')
  const plain = (isTooExpensive(beginning) ? beginning : toText(parseAnswer(beginning))).replace(/\s+/g, ' ').trim()
  if (plain.length <= maxChars) return plain
  const cut = plain.slice(0, maxChars - 1)
  // Back to a space where there is one near; never through a surrogate pair.
  return `${cut.replace(/\s\S{0,16}$/, '').replace(loneHalf, '')}…`
}
