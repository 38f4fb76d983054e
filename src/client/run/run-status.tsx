import type { Run } from '../../shared/run/run.ts'
import type { Messages } from '../../shared/messages/en.ts'
import { useMessages } from '../i18n.tsx'

function toPhase(run: Run, messages: Messages): string {
  switch (run.status) {
    case 'waiting':
      return messages.statusSent
    case 'thinking':
      return messages.statusThinking
    case 'answering':
      return messages.statusAnswering
    case 'finished':
      return run.finish === 'stopped' ? messages.statusStopped : messages.statusFinished
    case 'failed':
      return ''
  }
}

/** For screen readers: the phases, never the tokens. */
export function RunStatus({ run }: { run: Run }) {
  return (
    <p role="status" className="sr-only">
      {toPhase(run, useMessages())}
    </p>
  )
}

/** What a person should know of a run that did not end well, or ended without an answer. */
export function RunNotice({ run }: { run: Run }) {
  const messages = useMessages()
  if (run.error) {
    return (
      <div role="alert" className="rounded-2xl border border-warn px-4 py-3 text-warn">
        <p>{messages.runErrors[run.error.code]}</p>
        {run.error.requestId && <p className="mt-1 text-xs break-all">{messages.requestId(run.error.requestId)}</p>}
      </div>
    )
  }
  if (run.status !== 'finished') return null
  const isEmpty = run.answerText === ''
  const words =
    run.finish === 'stopped'
      ? isEmpty
        ? messages.noAnswerStopped
        : messages.stopped
      : run.finish === 'length'
        ? isEmpty
          ? messages.noAnswerLength
          : messages.lengthEnd
        : isEmpty
          ? messages.noAnswerStop
          : undefined
  return words === undefined ? null : <p className="rounded-2xl border border-line px-4 py-3 text-ink-soft">{words}</p>
}
