import type { ReactNode } from 'react'
import type { Model } from '../../../shared/config.ts'
import type { Run } from '../../../shared/run/run.ts'
import { Answer } from '../../answer/answer.tsx'
import { useMessages } from '../../i18n.tsx'
import { RunNotice } from '../run-status.tsx'
import { ThinkingPanel } from '../../thinking/thinking-panel.tsx'
import { useIsWide } from '../../ui/use-is-wide.ts'

type Props = {
  run: Run
  model: Model | undefined
  /** Where it is played again: milliseconds since it was created. */
  elapsedMs?: number
  /** Stands below the answer. */
  children?: ReactNode
}

/** What came of one question: its thinking beside its answer. */
export function Turn({ run, model, elapsedMs, children }: Props) {
  const messages = useMessages()
  const isWide = useIsWide()
  const hasThinking = run.thinkingStartedAt !== undefined
  return (
    <>
      {run.status === 'waiting' && (
        <p className="flex items-center gap-3 text-ink-soft">
          <span className="spin" aria-hidden="true" />
          {messages.waiting}
        </p>
      )}
      <div
        data-quotable=""
        className={`turn grid items-start gap-6 ${hasThinking ? 'min-[900px]:grid-cols-[minmax(0,5fr)_minmax(0,6fr)] min-[900px]:gap-10' : ''}`}
      >
        {hasThinking && <ThinkingPanel run={run} isBeside={isWide} elapsedMs={elapsedMs} />}
        <div className="flex min-w-0 flex-col gap-5">
          {run.answerStartedAt !== undefined && <Answer run={run} model={model} />}
          <RunNotice run={run} />
          {children}
        </div>
      </div>
    </>
  )
}
