import { renderMathml } from './render-formula.ts'
import { toSource } from './to-source.ts'

const toTex = (formula: HTMLElement) => formula.dataset['tex'] ?? ''
const isDisplay = (formula: HTMLElement) => formula.dataset['display'] !== undefined

/** A copy for other programs: formulas as MathML once, nothing of the page's own. */
function toHtml(fragment: DocumentFragment): string {
  for (const formula of fragment.querySelectorAll<HTMLElement>('[data-tex]')) {
    const math = renderMathml(toTex(formula), isDisplay(formula))
    formula.replaceWith(math ?? document.createTextNode(toTex(formula)))
  }
  for (const extra of fragment.querySelectorAll('button, .md-code-bar')) extra.remove()
  for (const element of fragment.querySelectorAll('*')) {
    if (element.closest('math')) continue
    for (const { name } of Array.from(element.attributes)) {
      if (!['href', 'start', 'value'].includes(name)) element.removeAttribute(name)
    }
  }
  const holder = document.createElement('div')
  holder.append(fragment)
  return holder.innerHTML
}

/** A selection that begins or ends within a formula takes all of it. */
function takeWholeFormulas(range: Range) {
  const toFormula = (node: Node) => (node instanceof Element ? node : node.parentElement)?.closest('[data-tex]')
  const first = toFormula(range.startContainer)
  const last = toFormula(range.endContainer)
  if (first) range.setStartBefore(first)
  if (last) range.setEndAfter(last)
}

/** Everything within an element as rich text: HTML whose formulas are MathML. */
export function toRichText(element: Element): string {
  const range = document.createRange()
  range.selectNodeContents(element)
  return toHtml(range.cloneContents())
}

/** Puts what is selected within `element` on the clipboard as Markdown and as HTML. Says whether there was anything. */
export function toClipboard(element: Element, clipboard: DataTransfer): boolean {
  const selection = getSelection()
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return false
  const range = selection.getRangeAt(0).cloneRange()
  if (!range.intersectsNode(element)) return false
  takeWholeFormulas(range)
  clipboard.setData('text/plain', toSource(range.cloneContents()))
  clipboard.setData('text/html', toHtml(range.cloneContents()))
  return true
}
