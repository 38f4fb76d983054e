import { useQuery } from '@tanstack/react-query'
import type { Model } from '../../shared/config.ts'
import type { Run } from '../../shared/run/run.ts'
import { readEvents } from '../api/read-events.ts'
import { toSharedEventsUrl } from '../api/shares.ts'
import { useMessages } from '../i18n.tsx'
import { Replay } from '../replay/replay.tsx'
import { describeError } from '../api/describe-error.ts'

type Props = { shareId: string; version: number; run: Run; model: Model | undefined; onClose: () => void }

/** A run of a share played again, as far as it is shown. */
export function SharedReplay({ shareId, version, run, model, onClose }: Props) {
  const messages = useMessages()
  const events = useQuery({
    queryKey: ['shared-events', run.id, version],
    queryFn: ({ signal }) => readEvents(`${toSharedEventsUrl(shareId, run.id)}after=0`, signal),
    staleTime: Infinity,
    retry: 1,
  })
  if (events.data) return <Replay run={run} events={events.data} model={model} onClose={onClose} />
  if (!events.error) {
    return (
      <p data-pending="" className="text-ink-soft">
        {messages.loading}
      </p>
    )
  }
  return (
    <p role="alert" className="text-warn">
      {describeError(events.error, messages)}
    </p>
  )
}
