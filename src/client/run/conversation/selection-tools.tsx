import { useEffect, useState } from 'react'
import { useMessages } from '../../i18n.tsx'
import { toFormulaQuote, toQuote } from './to-quote.ts'

type Props = {
  /** A question about the quotation, to be asked as it is. */
  onAsk: (quote: string, question: string) => void
  onQuote: (quote: string) => void
}

const maxQuoteChars = 4_000

type Place = { quote: string; top: number; left: number }

const toPlace = (quote: string, { left, width }: DOMRect, top: number): Place => ({
  quote: quote.slice(0, maxQuoteChars),
  top: Math.min(Math.max(top, 8), innerHeight - 64),
  left: Math.min(Math.max(left + width / 2, 150), document.documentElement.clientWidth - 150),
})

/** The selection, where all of it lies in what a model wrote. */
function readSelection(): Place | undefined {
  const selection = getSelection()
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined
  const range = selection.getRangeAt(0)
  const { commonAncestorContainer: common } = range
  const element = common instanceof Element ? common : common.parentElement
  if (!element?.closest('[data-quotable]')) return undefined
  const quote = toQuote(range)
  const box = range.getBoundingClientRect()
  return quote === '' ? undefined : toPlace(quote, box, box.bottom + 8)
}

/** The formula that was tapped, or opened by key; its own menu stands below it, this above. */
function readFormula(target: EventTarget | null): Place | undefined {
  if (!(target instanceof Element) || getSelection()?.isCollapsed === false) return undefined
  const formula =
    target.closest<HTMLElement>('[data-quotable] [data-tex]') ??
    (target.matches('[data-quotable] .md-scroller') ? target.querySelector<HTMLElement>(':scope > [data-tex]') : null)
  if (!formula) return undefined
  const box = (formula.querySelector('.katex-html') ?? formula).getBoundingClientRect()
  return toPlace(toFormulaQuote(formula), box, box.top - 56)
}

/** By a selected piece of thinking or answer, or a formula: what can be asked about it. */
export function SelectionTools({ onAsk, onQuote }: Props) {
  const messages = useMessages()
  const [place, setPlace] = useState<Place | undefined>(undefined)

  useEffect(() => {
    let isDown = false
    let formula: Place | undefined
    const on = new AbortController()
    const { signal } = on
    const read = () => setPlace(isDown ? undefined : (readSelection() ?? formula))
    const forget = () => {
      formula = undefined
      read()
    }
    const setDown = (value: boolean) => () => {
      isDown = value
      if (value) forget()
      // The browser settles the selection after the event.
      else setTimeout(read)
    }
    const open = ({ target }: Event) => {
      formula = readFormula(target)
      read()
    }
    document.addEventListener('selectionchange', read, { signal })
    document.addEventListener('pointerdown', setDown(true), { signal })
    document.addEventListener('pointerup', setDown(false), { signal })
    document.addEventListener('pointercancel', setDown(false), { signal })
    document.addEventListener('click', open, { signal })
    document.addEventListener(
      'keydown',
      (event) => {
        if (event.key === 'Enter') open(event)
        if (event.key === 'Escape') forget()
      },
      { signal },
    )
    addEventListener('scroll', forget, { signal, capture: true, passive: true })
    return () => on.abort()
  }, [])

  if (!place) return null
  const done = (act: () => void) => () => {
    getSelection()?.removeAllRanges()
    setPlace(undefined)
    act()
  }
  const { quote, top, left } = place
  return (
    <div
      role="toolbar"
      tabIndex={-1}
      aria-label={messages.selection}
      className="fixed z-40 flex -translate-x-1/2 gap-1 rounded-full border border-line bg-paper p-1 shadow-lg"
      style={{ top, left }}
      onPointerDown={(event) => event.stopPropagation()}
      onMouseDown={(event) => event.preventDefault()}
    >
      <button type="button" className="tool" onClick={done(() => onAsk(quote, messages.explainQuestion))}>
        {messages.explain}
      </button>
      <button type="button" className="tool" onClick={done(() => onAsk(quote, messages.whyQuestion))}>
        {messages.why}
      </button>
      <button type="button" className="tool" onClick={done(() => onQuote(quote))}>
        {messages.quote}
      </button>
    </div>
  )
}
