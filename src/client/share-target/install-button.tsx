import { useSyncExternalStore } from 'react'
import { useMessages } from '../i18n.tsx'

type InstallEvent = Event & { prompt: () => Promise<unknown> }

let offered: InstallEvent | undefined
const listeners = new Set<() => void>()
function set(event: InstallEvent | undefined) {
  offered = event
  for (const listener of listeners) listener()
}
// The browser asks once, maybe before the page is drawn.
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  set(event as InstallEvent)
})
addEventListener('appinstalled', () => set(undefined))

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where the browser can install the page as an app, and it is none yet. */
export function InstallButton() {
  const messages = useMessages()
  const event = useSyncExternalStore(subscribe, () => offered)
  if (!event) return null
  const handleInstall = () => {
    set(undefined)
    void event.prompt()
  }
  return (
    <button type="button" className="min-h-8 underline" onClick={handleInstall}>
      {messages.install}
    </button>
  )
}
