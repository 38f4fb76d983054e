import type { ReactNode } from 'react'
import { useMessages } from '../../i18n.tsx'

type Props = { isBusy: boolean; onReplay: () => void; onDelete: () => void; children: ReactNode }

/** What can be done with one ended run. */
export function TurnActions({ isBusy, onReplay, onDelete, children }: Props) {
  const messages = useMessages()
  return (
    <div className="flex flex-wrap items-center gap-x-5 print:hidden">
      <button type="button" className="quiet" onClick={onReplay}>
        {messages.replay}
      </button>
      {children}
      <button type="button" className="quiet" disabled={isBusy} onClick={onDelete}>
        {messages.deleteTurn}
      </button>
    </div>
  )
}
