import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'

type Props = {
  label: string
  className: string
  onCancel: () => void
  onKeyDown?: (event: KeyboardEvent) => void
  children: ReactNode
}

/** A dialog that is open as long as it is there: Escape asks whoever put it there to take it away. */
export function Modal({ label, className, onCancel, onKeyDown, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    // Its keys are shortcuts of what its buttons do.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      aria-label={label}
      className={`m-auto w-full flex-col open:flex ${className}`}
      onCancel={(event) => {
        event.preventDefault()
        onCancel()
      }}
      onKeyDown={onKeyDown}
    >
      {children}
    </dialog>
  )
}
