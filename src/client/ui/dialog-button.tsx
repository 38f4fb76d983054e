import { useState, type ReactNode } from 'react'
import { createPortal } from 'react-dom'

type Props = {
  children: string
  className?: string
  title: string
  dialogClassName: string
  /** Out of the form the button may stand in: Enter in the dialog asks nothing. */
  isInBody?: boolean
  onToggle?: (isOpen: boolean) => void
  /** What stands in it, loaded when it is first opened. */
  render: (close: () => void) => ReactNode
}

/** A button and the dialog it opens. */
export function DialogButton({
  children,
  className = 'button',
  title,
  dialogClassName,
  isInBody = false,
  onToggle,
  render,
}: Props) {
  const [dialog, setDialog] = useState<HTMLDialogElement | null>(null)
  const [isOpen, setOpen] = useState(false)
  const toggle = (isNowOpen: boolean) => {
    setOpen(isNowOpen)
    onToggle?.(isNowOpen)
  }
  const element = (
    <dialog ref={setDialog} aria-label={title} className={dialogClassName} onClose={() => toggle(false)}>
      {isOpen && render(() => dialog?.close())}
    </dialog>
  )
  return (
    <>
      <button
        type="button"
        className={className}
        onClick={() => {
          toggle(true)
          dialog?.showModal()
        }}
      >
        {children}
      </button>
      {isInBody ? createPortal(element, document.body) : element}
    </>
  )
}
