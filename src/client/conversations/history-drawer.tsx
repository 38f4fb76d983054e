import { useEffect, useState } from 'react'
import { useMessages } from '../i18n.tsx'
import { DialogButton } from '../ui/dialog-button.tsx'
import { lazyPart, Loading } from '../ui/lazy-part.tsx'
import { onIdle } from '../ui/on-idle.ts'
import { UndoDelete } from './undo-delete.tsx'

const History = lazyPart(async () => (await import('./history.tsx')).History, Loading)

export function HistoryDrawer() {
  const messages = useMessages()
  const [isOpen, setOpen] = useState(false)
  useEffect(() => onIdle(() => void History.preload().catch(() => {})), [])
  return (
    <>
      <DialogButton
        title={messages.history}
        dialogClassName="m-0 ml-auto h-dvh max-h-none w-[min(26rem,100vw)] max-w-none border-l border-line p-5"
        onToggle={setOpen}
        render={(close) => <History onClose={close} />}
      >
        {messages.history}
      </DialogButton>
      {!isOpen && (
        <UndoDelete className="fixed top-4 left-1/2 z-50 -translate-x-1/2 rounded-full border border-line bg-paper py-1 pr-1 pl-5 shadow-lg" />
      )}
    </>
  )
}
