import { useId, useLayoutEffect, useRef, useState } from 'react'
import { isEnded, type Run } from '../../shared/run/run.ts'
import { RichText } from '../markdown/rich-text.tsx'
import { useMessages } from '../i18n.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Outline } from './outline.tsx'
import { useThinkingProgress } from './use-thinking-progress.ts'

type Props = {
  run: Run
  /** Beside the answer, where it stays open; else above it, where it folds at the first of the answer. */
  isBeside: boolean
  /** Milliseconds since the run was created, where it is played again; else the clock counts. */
  elapsedMs?: number | undefined
}

const endSlackPx = 4

export function ThinkingPanel({ run, isBeside, elapsedMs }: Props) {
  const messages = useMessages()
  const bodyId = useId()
  const [chosen, setChosen] = useState<boolean | undefined>(undefined)
  const body = useRef<HTMLDivElement>(null)
  const lastTop = useRef(0)
  const [isFollowing, setFollowing] = useState(true)
  const [hasOverflow, setOverflow] = useState(false)
  const isThinking = run.answerStartedAt === undefined && !isEnded(run)
  const isOpen = chosen ?? (isBeside || run.answerStartedAt === undefined)
  const { seconds, tokens, isEstimate } = useThinkingProgress(run, elapsedMs)
  const time = messages.seconds(seconds)

  // Whatever makes the text taller (a delta, a formula drawn, the panel opened) keeps its newest lines in view.
  useLayoutEffect(() => {
    const element = body.current
    if (!element?.firstElementChild || !isThinking || !isFollowing) return
    const pin = () => {
      element.scrollTop = element.scrollHeight
    }
    pin()
    const observer = new ResizeObserver(pin)
    observer.observe(element.firstElementChild)
    observer.observe(element)
    return () => observer.disconnect()
  }, [isThinking, isFollowing])

  // Only a move upwards is the reader's: text that grows faster than it is pinned leaves the end as well.
  const handleScroll = () => {
    const element = body.current
    if (!element || element.clientHeight === 0) return
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= endSlackPx
    if (isAtEnd) setFollowing(true)
    else if (element.scrollTop < lastTop.current) setFollowing(false)
    lastTop.current = element.scrollTop
    setOverflow(element.scrollTop > 0)
  }

  const handleJump = (target: Element) => {
    const element = body.current
    if (!element) return
    element.scrollTop += target.getBoundingClientRect().top - element.getBoundingClientRect().top - 12
  }

  return (
    <section
      aria-label={messages.thinking}
      className="thinking-panel min-w-0 rounded-2xl border border-line bg-paper-2/50 min-[900px]:sticky min-[900px]:top-4"
    >
      <h2>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={bodyId}
          className="flex min-h-12 w-full items-center gap-3 px-4 py-2 text-left text-sm font-medium"
          onClick={() => setChosen(!isOpen)}
        >
          <svg
            viewBox="0 0 12 12"
            className={`size-3 shrink-0 transition-transform motion-reduce:transition-none ${isOpen ? 'rotate-90' : ''}`}
            aria-hidden="true"
          >
            <path d="M4 2l4 4-4 4" fill="none" stroke="currentColor" strokeWidth="1.6" />
          </svg>
          <span className="tabular-nums">{isThinking ? messages.thinkingFor(time) : messages.thoughtFor(time)}</span>
          <span className="font-normal text-ink-soft tabular-nums">
            {isEstimate ? messages.tokens(tokens) : messages.tokensUsed(tokens)}
          </span>
          {isThinking && <span className="spin" aria-hidden="true" />}
        </button>
      </h2>
      {run.thinking.budget !== undefined && (
        <progress
          aria-label={isEstimate ? messages.budgetUsedAbout : messages.budgetUsed}
          className="mx-4 mb-2 block h-1 w-[calc(100%-2rem)] accent-(--accent)"
          max={run.thinking.budget}
          value={tokens}
        />
      )}
      <div id={bodyId} hidden={!isOpen} className="relative">
        <div
          ref={body}
          className="thinking-body px-4 pb-3 text-[0.95rem] text-ink-soft"
          data-overflow={hasOverflow && isThinking}
          tabIndex={0}
          role="group"
          aria-label={messages.thinking}
          onScroll={handleScroll}
        >
          <div>
            <RichText text={run.thinkingText} isStreaming={isThinking} />
          </div>
        </div>
        {isThinking && !isFollowing && (
          <button
            type="button"
            className="button absolute bottom-3 left-1/2 -translate-x-1/2 shadow-md"
            onClick={() => setFollowing(true)}
          >
            {messages.latest} ↓
          </button>
        )}
        {!isThinking && isOpen && <Outline text={run.thinkingText} body={body} onJump={handleJump} />}
        {isEnded(run) && (
          <div className="border-t border-line px-4 py-2">
            <CopyButton label={messages.copyThinking} text={run.thinkingText} />
          </div>
        )}
      </div>
    </section>
  )
}
