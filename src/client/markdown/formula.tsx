import { createContext, useContext, useLayoutEffect, useRef } from 'react'
import type { Labels } from './labels.ts'
import { markWide } from './make-scrollable.ts'
import { renderFormula, whenRenderable } from './render-formula.ts'
import type { Viewport } from './viewport.ts'

/** Whether the block still grows: what cannot be drawn yet may be right when it is whole. */
export const GrowingContext = createContext(false)

/** Shorter ones fit any line. */
const shortChars = 30

type Props = { tex: string; isDisplay: boolean; isPending: boolean; labels: Labels; viewport: Viewport }

/** One formula: its source while far from view, drawn when near; what KaTeX cannot read stays as its source. */
export function Formula({ tex, isDisplay, isPending, labels, viewport }: Props) {
  const isGrowing = useContext(GrowingContext)
  const place = useRef<HTMLSpanElement>(null)
  const isHeld = isPending && isGrowing
  useLayoutEffect(() => {
    const element = place.current
    if (!element || isHeld) return
    let isLeft = false
    const setLooks = (looks: 'drawn' | 'far' | 'held' | 'bad') => {
      element.dataset['looks'] = looks
      if (looks === 'bad') element.title = labels.badFormula
      else element.removeAttribute('title')
    }
    const draw = (isNear: boolean) => {
      if (isLeft) return
      const loading = isNear ? whenRenderable(tex) : undefined
      if (loading) void loading.then(() => draw(true))
      const node = isNear && !loading ? renderFormula(tex, isDisplay) : undefined
      if (node) {
        element.replaceChildren(node)
        if (!isDisplay && tex.length > shortChars) markWide(element, labels.formula)
      } else element.textContent = isNear && isGrowing ? '' : tex
      setLooks(node ? 'drawn' : !isNear || loading ? 'far' : isGrowing ? 'held' : 'bad')
    }
    const leave = viewport.draw(element, draw)
    return () => {
      isLeft = true
      leave()
    }
  }, [tex, isDisplay, isHeld, isGrowing, labels, viewport])
  const isBoxed = tex.includes('\\boxed')
  if (isHeld) return <span className={isDisplay ? 'md-held md-held-display' : 'md-held'} />
  const formula = (
    <span
      key="formula"
      ref={place}
      className="md-formula"
      data-tex={tex}
      {...(isDisplay && { 'data-display': '' })}
      {...(isBoxed && { 'data-boxed': '' })}
    />
  )
  if (!isDisplay) return formula
  return (
    <span className="md-scroller" role="group" aria-label={labels.formula} tabIndex={0}>
      {formula}
    </span>
  )
}
