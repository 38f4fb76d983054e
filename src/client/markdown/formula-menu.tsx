import { useEffect, useRef } from 'react'
import { CopyButton } from '../ui/copy-button.tsx'
import type { Labels } from './labels.ts'
import { renderMathml } from './render-formula.ts'

type Props = { formula: HTMLElement; labels: Labels; onClose: () => void }

/** A scroll that moves the formula no further is the last of one before. */
const fewPx = 8

/** Offers a formula's LaTeX and MathML, right below it. */
export function FormulaMenu({ formula, labels, onClose }: Props) {
  const menu = useRef<HTMLDivElement>(null)
  const tex = formula.dataset['tex'] ?? ''
  const mathml = renderMathml(tex, formula.dataset['display'] !== undefined)?.outerHTML
  useEffect(() => {
    const element = menu.current
    if (!element) return
    const { left, bottom } = (formula.querySelector('.katex-html') ?? formula).getBoundingClientRect()
    element.showPopover()
    element.style.left = `${Math.max(8, Math.min(left, innerWidth - element.offsetWidth - 8))}px`
    element.style.top = `${Math.max(8, Math.min(bottom + 4, innerHeight - element.offsetHeight - 8))}px`
    const handleToggle = (event: Event) => {
      if ((event as ToggleEvent).newState === 'closed') onClose()
    }
    const place = formula.getBoundingClientRect().top
    const close = () => {
      if (Math.abs(formula.getBoundingClientRect().top - place) > fewPx) element.hidePopover()
    }
    element.addEventListener('toggle', handleToggle)
    addEventListener('scroll', close, { capture: true })
    return () => {
      element.removeEventListener('toggle', handleToggle)
      removeEventListener('scroll', close, { capture: true })
    }
  }, [formula, onClose])
  return (
    <div ref={menu} popover="auto" role="group" aria-label={labels.formula} className="md-menu">
      <CopyButton label={labels.copyLatex} text={tex} />
      {mathml !== undefined && <CopyButton label={labels.copyMathml} text={mathml} />}
    </div>
  )
}
