import type { ReactNode } from 'react'
import type { Run } from '../../shared/run/run.ts'
import { RichText } from '../markdown/rich-text.tsx'
import { splitQuote } from '../../shared/markdown/split-quote.ts'
import { questionClasses } from '../../shared/question-classes.ts'
import { useMessages } from '../i18n.tsx'

type Props = { run: Run; isFirst: boolean; pictures: ReactNode }

/** The question of a share, as far as it is shown. */
export function SharedQuestion({ run, isFirst, pictures }: Props) {
  const messages = useMessages()
  const { quote, rest } = splitQuote(run.question)
  const Heading = isFirst ? 'h1' : 'h2'
  const isShown = run.question !== '' || run.media.length > 0
  return (
    <>
      {isShown && (
        <article aria-label={messages.question}>
          {quote !== '' && (
            <blockquote className="mb-3 max-w-prose border-l-2 border-line pl-4 text-ink-soft">
              <RichText text={quote} isStreaming={false} />
            </blockquote>
          )}
          {rest !== '' && (
            <Heading className={`mb-4 max-w-prose whitespace-pre-wrap ${questionClasses(rest, isFirst)}`}>
              {rest}
            </Heading>
          )}
          {pictures}
        </article>
      )}
      {run.isImported && <p className="text-sm text-ink-soft">{messages.imported}</p>}
    </>
  )
}
