import { useState } from 'react'
import { useMessages } from '../i18n.tsx'
import { canNotify, notifiesEnd, setNotifies } from '../ui/notify.ts'

export function NotifySwitch() {
  const messages = useMessages()
  const [notifies, setState] = useState(notifiesEnd)
  if (!canNotify()) return null
  return (
    <label className="flex min-h-10 items-center gap-2 text-sm text-ink-soft">
      <input
        type="checkbox"
        className="size-5 accent-(--accent)"
        checked={notifies}
        onChange={(event) => void setNotifies(event.target.checked).then(setState)}
      />
      {messages.notify}
    </label>
  )
}
