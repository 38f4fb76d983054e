let waiting: Set<HTMLElement> | undefined

/** Marks a formula in a line of text that is wider than its line, so that it scrolls by itself. All of a frame are measured together. */
export function markWide(formula: HTMLElement, name: string): void {
  if (!waiting) {
    waiting = new Set()
    requestAnimationFrame(() => {
      const formulas = [...(waiting ?? [])]
      waiting = undefined
      const wide = formulas.filter((element) => {
        const room = element.closest('.md-group')?.clientWidth ?? Infinity
        return Array.from(element.querySelectorAll('.katex-base')).some(
          (piece) => piece.getBoundingClientRect().width > room,
        )
      })
      for (const element of wide) {
        element.dataset['wide'] = ''
        element.tabIndex = 0
        element.role = 'group'
        element.ariaLabel = name
      }
    })
  }
  waiting.add(formula)
}
