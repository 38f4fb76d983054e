import type { Run } from '../../../shared/run/run.ts'
import { RichText } from '../../markdown/rich-text.tsx'
import { useMessages } from '../../i18n.tsx'
import { Pictures } from '../pictures.tsx'
import { SiblingArrows } from './sibling-arrows.tsx'
import { splitQuote } from '../../../shared/markdown/split-quote.ts'
import { questionClasses } from '../../../shared/question-classes.ts'

type Props = {
  run: Run
  isFirst: boolean
  siblings: string[]
  onShow: (id: string) => void
  onEdit: () => void
}

export function TurnQuestion({ run, isFirst, siblings, onShow, onEdit }: Props) {
  const messages = useMessages()
  const { quote, rest } = splitQuote(run.question)
  const Heading = isFirst ? 'h1' : 'h2'
  return (
    <article aria-label={messages.question}>
      {quote !== '' && (
        <blockquote className="mb-3 max-w-prose border-l-2 border-line pl-4 text-ink-soft">
          <RichText text={quote} isStreaming={false} />
        </blockquote>
      )}
      <Heading className={`mb-3 max-w-prose whitespace-pre-wrap ${questionClasses(rest, isFirst)}`}>{rest}</Heading>
      <Pictures media={run.media} />
      <div className="mt-2 flex items-center gap-2">
        <button type="button" className="quiet" onClick={onEdit}>
          {messages.editQuestion}
        </button>
        {run.isImported && <span className="text-sm text-ink-soft">{messages.imported}</span>}
        <SiblingArrows id={run.id} siblings={siblings} onShow={onShow} />
      </div>
    </article>
  )
}
