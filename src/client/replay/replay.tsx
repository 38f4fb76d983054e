import type { Model } from '../../shared/config.ts'
import type { Run, RunEvent } from '../../shared/run/run.ts'
import { Turn } from '../run/conversation/turn.tsx'
import { ReplayBar } from './replay-bar.tsx'
import { useReplay } from './use-replay.ts'

type Props = { run: Run; events: RunEvent[]; model: Model | undefined; onClose: () => void }

/** An ended run again as it went, by the same reducer and views as live. `events` must stay the same array. */
export function Replay({ run, events, model, onClose }: Props) {
  const replay = useReplay(run, events)
  return (
    <>
      <Turn run={replay.run} model={model} elapsedMs={replay.positionMs} />
      <ReplayBar replay={replay} onClose={onClose} />
    </>
  )
}
