import { useEffect, useState } from 'react'
import { useMessages } from '../language.tsx'
import { toQuote } from './to-quote.ts'

type Props = {
  /** A question about the quotation, to be asked as it is. */
  onAsk: (quote: string, question: string) => void
  onQuote: (quote: string) => void
}

const maxQuoteChars = 4_000

/** The selection, where all of it lies in what a model wrote. */
function readSelection(): { quote: string; top: number; left: number } | undefined {
  const selection = getSelection()
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined
  const range = selection.getRangeAt(0)
  const { commonAncestorContainer: common } = range
  const element = common instanceof Element ? common : common.parentElement
  if (!element?.closest('[data-quotable]')) return undefined
  const quote = toQuote(range).slice(0, maxQuoteChars)
  if (quote === '') return undefined
  const box = range.getBoundingClientRect()
  const width = document.documentElement.clientWidth
  return {
    quote,
    top: Math.min(Math.max(box.bottom + 8, 8), innerHeight - 64),
    left: Math.min(Math.max(box.left + box.width / 2, 150), width - 150),
  }
}

/** Under a selected piece of thinking or answer: what can be asked about it. */
export function SelectionTools({ onAsk, onQuote }: Props) {
  const messages = useMessages()
  const [place, setPlace] = useState<ReturnType<typeof readSelection>>(undefined)

  useEffect(() => {
    let isDown = false
    const on = new AbortController()
    const { signal } = on
    const read = () => setPlace(isDown ? undefined : readSelection())
    const setDown = (value: boolean) => () => {
      isDown = value
      // The browser settles the selection after the event.
      if (!value) setTimeout(read)
    }
    document.addEventListener('selectionchange', read, { signal })
    document.addEventListener('pointerdown', setDown(true), { signal })
    document.addEventListener('pointerup', setDown(false), { signal })
    document.addEventListener('pointercancel', setDown(false), { signal })
    addEventListener('scroll', read, { signal, capture: true, passive: true })
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
