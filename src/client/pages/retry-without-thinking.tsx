import type { Config } from '../../shared/config.ts'
import type { Run } from '../../shared/run/run.ts'
import { toChoices } from '../composer/draft.ts'
import { useMessages } from '../i18n.tsx'
import { describeError } from '../api/describe-error.ts'
import { useAsk } from './use-ask.ts'

/** Where the thinking used up all the room: the same question without thinking. */
export function AnswerNow({ run, config, onAsked }: { run: Run; config: Config; onAsked: (run: Run) => void }) {
  const messages = useMessages()
  const { ask, isAsking, error } = useAsk(onAsked)
  const model = config.models.find(({ id }) => id === run.model)
  const isOffered =
    run.status === 'finished' && run.answerText === '' && run.thinking.enabled && model?.thinking === 'switchable'
  if (!isOffered) return null
  return (
    <>
      <button
        type="button"
        className="button button-primary self-start"
        disabled={isAsking}
        onClick={() =>
          ask({
            question: run.question,
            media: run.media.map(({ id }) => id),
            model: run.model,
            highResolution: toChoices(run).highResolution,
            thinking: { enabled: false },
            siblingOf: run.id,
          })
        }
      >
        {messages.answerNow}
      </button>
      {error && (
        <p role="alert" className="text-sm text-warn">
          {describeError(error, messages)}
        </p>
      )}
    </>
  )
}
