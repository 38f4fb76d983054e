import { useLayoutEffect, useMemo, useRef } from 'react'
import { renderFormula } from './render-formula.ts'
import type { Labels } from './markdown.tsx'

/** One formula; what KaTeX cannot read shows its source. */
export function Formula({ tex, isDisplay, labels }: { tex: string; isDisplay: boolean; labels: Labels }) {
  const place = useRef<HTMLSpanElement>(null)
  const node = useMemo(() => renderFormula(tex, isDisplay), [tex, isDisplay])
  useLayoutEffect(() => {
    if (node) place.current?.replaceChildren(node)
  }, [node])
  if (!node) {
    return (
      <code className="md-bad-formula" title={labels.badFormula}>
        {tex}
      </code>
    )
  }
  if (!isDisplay) return <span ref={place} data-tex={tex} />
  return (
    <span className="md-scroller" role="group" aria-label={labels.formula} tabIndex={0}>
      <span ref={place} data-tex={tex} data-display="" />
    </span>
  )
}
