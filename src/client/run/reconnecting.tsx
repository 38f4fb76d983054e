import { useMessages } from '../i18n.tsx'

/** Said over the page, wherever it is scrolled to, and moves nothing. */
export function Reconnecting() {
  return (
    <p className="fixed top-3 left-1/2 z-20 w-max max-w-[92vw] -translate-x-1/2 rounded-2xl border border-line bg-paper px-4 py-1.5 text-sm text-ink-soft shadow-md">
      {useMessages().reconnecting}
    </p>
  )
}
