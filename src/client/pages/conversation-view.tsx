import { useRef, useState } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useLocation, useSearch } from 'wouter'
import type { Config } from '../../shared/config.ts'
import { isEnded, type Run } from '../../shared/run/run.ts'
import type { Thread } from '../../shared/run/thread.ts'
import { deleteRun } from '../api/api.ts'
import { Turn } from '../run/conversation/turn.tsx'
import { TurnActions } from '../run/conversation/turn-actions.tsx'
import { TurnQuestion } from '../run/conversation/turn-question.tsx'
import { offerUndo } from '../conversations/deletion.ts'
import { useMessages } from '../i18n.tsx'
import { Reconnecting } from '../run/reconnecting.tsx'
import { RunStatus } from '../run/run-status.tsx'
import { useOpenRun } from '../run/use-open-run.ts'
import { usePageTitle } from '../run/use-page-title.ts'
import { useRuns } from '../run/use-runs.ts'
import { PrintLink } from '../export/print-link.tsx'
import { ExportButton } from '../export/export-button.tsx'
import { describeError } from '../api/describe-error.ts'
import { lazyPart, Loading } from '../ui/lazy-part.tsx'
import { AnswerNow } from './retry-without-thinking.tsx'
import { EditQuestion } from './edit-question.tsx'
import { FollowUp } from './follow-up.tsx'
import { toThread } from './to-thread.ts'

const ReplayRun = lazyPart(async () => (await import('./replay-run.tsx')).ReplayRun, Loading)

/** Has thinking, or is about to: then it stands from the first where it will stay. */
const isBesideThinking = ({ thinkingStartedAt, answerStartedAt, thinking, status }: Run) =>
  thinkingStartedAt !== undefined || (thinking.enabled && answerStartedAt === undefined && status === 'waiting')

type Props = {
  /** The run that the address names. */
  id: string
  thread: Thread
  leaf: Run
  config: Config
}

export function ConversationView({ id, thread, leaf, config }: Props) {
  const messages = useMessages()
  const [, navigate] = useLocation()
  const queries = useQueryClient()
  const show = useOpenRun()
  const toShow = useRef<string | undefined>(undefined)
  const [editing, setEditing] = useState<string | undefined>(undefined)
  const followed = useRuns(thread.runs)
  const runs = followed.map(({ run }) => run)
  const last = followed.at(-1) ?? { run: leaf, isConnected: true }
  // An address that ends in ?replay plays the run it names.
  const replayed = new URLSearchParams(useSearch()).has('replay') ? id : undefined
  const toModel = (run: Run) => config.models.find((each) => each.id === run.model)
  usePageTitle(last.run)

  const handleAsked = (made: Run, siblingOf?: string) => {
    setEditing(undefined)
    if (siblingOf === undefined) toShow.current = made.id
    show(made.id, toThread({ runs, siblings: thread.siblings }, made, siblingOf))
  }
  const remove = useMutation({
    mutationFn: (run: Run) => deleteRun(run.id),
    onSuccess: (_, run) => {
      const beside = thread.siblings.find((ids) => ids.includes(run.id))?.findLast((id) => id !== run.id)
      const next = beside ?? run.parent
      void queries.invalidateQueries({ queryKey: ['runs'] })
      offerUndo({ id: run.id, backTo: run.id })
      if (next === undefined) navigate('/')
      else show(next)
    },
  })

  return (
    <div className="flex w-full grow flex-col gap-6 py-4">
      <RunStatus run={last.run} />
      {runs.map((run, index) => (
        <div
          key={run.id}
          ref={(element) => {
            // A follow-up just asked comes to the top, once.
            if (!element || toShow.current !== run.id) return
            toShow.current = undefined
            element.scrollIntoView({ block: 'start' })
          }}
          className={`mx-auto flex w-full scroll-mt-2 flex-col gap-6 ${isBesideThinking(run) ? 'max-w-7xl' : 'max-w-3xl'} ${index > 0 ? 'border-t border-line pt-8' : ''} ${index > 0 && index === runs.length - 1 ? 'min-h-[calc(100dvh-12rem)]' : ''}`}
        >
          {editing === run.id ? (
            <EditQuestion
              run={run}
              config={config}
              onAsked={(made) => handleAsked(made, run.id)}
              onCancel={() => setEditing(undefined)}
            />
          ) : (
            <TurnQuestion
              run={run}
              isFirst={index === 0}
              siblings={thread.siblings[index] ?? []}
              onShow={show}
              onEdit={() => setEditing(run.id)}
            />
          )}
          {replayed === run.id && isEnded(run) ? (
            <ReplayRun run={run} model={toModel(run)} onClose={() => navigate(`/r/${id}`, { replace: true })} />
          ) : (
            <Turn run={run} model={toModel(run)}>
              <AnswerNow run={run} config={config} onAsked={(made) => handleAsked(made, run.id)} />
              {isEnded(run) && (
                <TurnActions
                  isBusy={remove.isPending}
                  onReplay={() => navigate(`/r/${run.id}?replay`, { replace: run.id === id })}
                  onDelete={() => remove.mutate(run)}
                >
                  <ExportButton run={run} />
                </TurnActions>
              )}
            </Turn>
          )}
        </div>
      ))}
      {!last.isConnected && !isEnded(last.run) && <Reconnecting />}
      {remove.error && (
        <p role="alert" className="mx-auto text-sm text-warn">
          {describeError(remove.error, messages)}
        </p>
      )}
      <PrintLink runs={runs} />
      {editing === undefined && replayed === undefined && (
        <FollowUp
          run={last.run}
          runs={runs}
          config={config}
          onAsked={(made) => handleAsked(made, made.parent === last.run.id ? undefined : last.run.id)}
        />
      )}
    </div>
  )
}
