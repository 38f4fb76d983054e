import { toSource } from '../../markdown/to-source.ts'

const toFormula = (node: Node) =>
  (node instanceof Element ? node : node.parentElement)?.closest<HTMLElement>('[data-tex]') ?? undefined

/** The selected text as the Markdown it came from, each formula whole. */
export function toQuote(selected: Range): string {
  const range = selected.cloneRange()
  const first = toFormula(range.startContainer)
  const last = toFormula(range.endContainer)
  if (first) range.setStartBefore(first)
  if (last) range.setEndAfter(last)
  const piece = range.cloneContents()
  for (const button of piece.querySelectorAll('button')) button.remove()
  return toSource(piece)
}

export function toFormulaQuote(formula: HTMLElement): string {
  const range = document.createRange()
  range.selectNode(formula)
  return toSource(range.cloneContents())
}
