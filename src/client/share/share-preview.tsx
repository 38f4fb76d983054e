import type { Run } from '../../shared/run/run.ts'
import type { Cover, Share } from '../../shared/share.ts'
import { toSharedRun } from '../../shared/to-shared-run.ts'
import { Answer } from '../answer/answer.tsx'
import { useMessages } from '../i18n.tsx'
import { RunNotice } from '../run/run-status.tsx'
import { ThinkingPanel } from '../thinking/thinking-panel.tsx'
import { CoverEditor } from './cover-editor.tsx'
import { SharedQuestion } from './shared-question.tsx'

type Props = {
  runs: Run[]
  share: Pick<Share, 'include' | 'covers'>
  onCovers: (covers: Cover[]) => void
}

/** What the other side will see, by the same views; boxes are drawn right here. */
export function SharePreview({ runs, share, onCovers }: Props) {
  const messages = useMessages()
  const shown = runs.map((run) => toSharedRun(run, share))
  const hasPictures = shown.some((run) => run.media.length > 0)
  return (
    <section aria-label={messages.share.preview} className="min-w-0">
      <h3 className="mb-1 text-sm text-ink-soft">{messages.share.preview}</h3>
      {hasPictures && <p className="mb-2 text-sm text-ink-soft">{messages.share.coverHint}</p>}
      <div className="flex max-h-[62dvh] flex-col gap-6 overflow-y-auto overscroll-contain rounded-2xl border border-line p-4 sm:p-6">
        {shown.map((run, index) => (
          <div key={run.id} className="flex min-w-0 flex-col gap-6">
            <SharedQuestion
              run={run}
              isFirst={index === 0}
              pictures={run.media.map((media, at) => (
                <CoverEditor
                  key={media.id}
                  media={media}
                  label={messages.picture(at + 1)}
                  boxes={share.covers.filter((cover) => cover.media === media.id)}
                  onChange={(boxes) =>
                    onCovers([...share.covers.filter((cover) => cover.media !== media.id), ...boxes])
                  }
                />
              ))}
            />
            {run.status === 'waiting' && <p className="text-ink-soft">{messages.waiting}</p>}
            {run.thinkingStartedAt !== undefined && <ThinkingPanel run={run} isBeside={false} />}
            {run.answerStartedAt !== undefined && <Answer run={run} model={undefined} />}
            <RunNotice run={run} />
          </div>
        ))}
      </div>
    </section>
  )
}
