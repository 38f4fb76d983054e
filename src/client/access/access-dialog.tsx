import { useEffect, useEffectEvent, useRef, useState, type FormEvent } from 'react'
import { useMutation } from '@tanstack/react-query'
import { enterCode } from '../api/api.ts'
import { onCodeNeeded } from '../api/request.ts'
import { useMessages } from '../i18n.tsx'
import { describeError } from '../api/describe-error.ts'

/** Opens by itself when the server wants the access code; what was refused is then sent again. */
export function AccessDialog() {
  const messages = useMessages()
  const dialog = useRef<HTMLDialogElement>(null)
  const waiting = useRef<((isIn: boolean) => void)[]>([])
  const [code, setCode] = useState('')
  const enter = useMutation({ mutationFn: enterCode, onSuccess: () => settle(true) })

  const settle = (isIn: boolean) => {
    for (const resolve of waiting.current.splice(0)) resolve(isIn)
    setCode('')
    dialog.current?.close()
  }
  const handleNeed = useEffectEvent(
    () =>
      new Promise<boolean>((resolve) => {
        waiting.current.push(resolve)
        enter.reset()
        if (!dialog.current?.open) dialog.current?.showModal()
      }),
  )
  useEffect(() => onCodeNeeded(() => handleNeed()), [])

  const handleSubmit = (event: FormEvent) => {
    event.preventDefault()
    if (code.trim() !== '' && !enter.isPending) enter.mutate(code.trim())
  }
  return (
    <dialog
      ref={dialog}
      aria-label={messages.accessTitle}
      className="m-auto w-[min(26rem,calc(100vw-2rem))] rounded-2xl border border-line p-6"
      onClose={() => settle(false)}
    >
      <form onSubmit={handleSubmit} className="flex flex-col gap-4">
        <h2 className="font-serif text-2xl font-semibold">{messages.accessTitle}</h2>
        <p className="text-sm text-ink-soft text-pretty">{messages.accessIntro}</p>
        <input
          type="text"
          aria-label={messages.accessTitle}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={200}
          className="field"
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        {enter.error && (
          <p role="alert" className="text-sm text-warn">
            {describeError(enter.error, messages)}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {messages.cancel}
          </button>
          <button type="submit" className="button button-primary" disabled={enter.isPending || code.trim() === ''}>
            {messages.accessEnter}
          </button>
        </div>
      </form>
    </dialog>
  )
}
