import { useQuery } from '@tanstack/react-query'
import type { Model } from '../../shared/config.ts'
import type { Run } from '../../shared/run/run.ts'
import { readEvents } from '../api/read-events.ts'
import { useMessages } from '../i18n.tsx'
import { Replay } from '../replay/replay.tsx'
import { describeError } from '../api/describe-error.ts'

type Props = { run: Run; model: Model | undefined; onClose: () => void }

/** One's own run played again. */
export function ReplayRun({ run, model, onClose }: Props) {
  const messages = useMessages()
  const events = useQuery({
    queryKey: ['events', run.id],
    queryFn: ({ signal }) => readEvents(`/api/runs/${encodeURIComponent(run.id)}/events?after=0`, signal),
    staleTime: Infinity,
    retry: 1,
  })
  if (events.data) return <Replay run={run} events={events.data} model={model} onClose={onClose} />
  if (!events.error) return <p className="text-ink-soft">{messages.loading}</p>
  return (
    <p role="alert" className="text-warn">
      {describeError(events.error, messages)}
    </p>
  )
}
