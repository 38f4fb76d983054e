import { useMessages } from '../language.tsx'

type Props = { isBusy: boolean; onReplay: () => void; onDelete: () => void }

/** What can be done with one ended run. */
export function TurnActions({ isBusy, onReplay, onDelete }: Props) {
  const messages = useMessages()
  return (
    <div className="flex flex-wrap gap-x-5 print:hidden">
      <button type="button" className="quiet" onClick={onReplay}>
        {messages.replay}
      </button>
      <button type="button" className="quiet" disabled={isBusy} onClick={onDelete}>
        {messages.deleteTurn}
      </button>
    </div>
  )
}
