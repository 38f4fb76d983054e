const blocks = 'p, li, h1, h2, h3, h4, h5, h6, pre, tr, blockquote'

const toElement = (node: Node) => (node instanceof Element ? node : node.parentElement)
const toFormula = (node: Node) => toElement(node)?.closest<HTMLElement>('[data-tex]') ?? undefined

const toSource = (formula: HTMLElement) => {
  const mark = formula.dataset['display'] === undefined ? '$' : '$$'
  return `${mark}${formula.dataset['tex'] ?? ''}${mark}`
}

/** The selected text with each formula, whole, as its source. */
export function toQuote(selected: Range): string {
  const range = selected.cloneRange()
  const first = toFormula(range.startContainer)
  const last = toFormula(range.endContainer)
  if (first) range.setStartBefore(first)
  if (last) range.setEndAfter(last)
  const piece = range.cloneContents()
  for (const formula of piece.querySelectorAll<HTMLElement>('[data-tex]')) formula.replaceWith(toSource(formula))
  for (const button of piece.querySelectorAll('button')) button.remove()
  for (const block of piece.querySelectorAll(blocks)) block.append('\n')
  return (piece.textContent ?? '').replace(/\n{2,}/g, '\n').trim()
}
