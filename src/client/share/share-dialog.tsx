import type { Run } from '../../shared/run/run.ts'
import { useMessages } from '../i18n.tsx'
import { describeError } from '../api/describe-error.ts'
import { LinkPanel } from './link-panel.tsx'
import { OwnLinks } from './my-links.tsx'
import { ShareOptions } from './share-options.tsx'
import { SharePreview } from './share-preview.tsx'
import { useShare } from './use-share.ts'

type Props = {
  /** The conversation up to the run that is shared. */
  runs: Run[]
  run: Run
  onClose: () => void
}

/** Every change of a link that is there is made at once; before that it is a wish. */
export function ShareDialog({ runs, run, onClose }: Props) {
  const messages = useMessages()
  const link = useShare(run)
  const { share, shares, shown, error, saveError } = link
  return (
    <div className="flex flex-col gap-6">
      <div className="flex items-center gap-3">
        <h2 className="mr-auto font-serif text-2xl font-semibold">{messages.share.title}</h2>
        <button type="button" className="button" onClick={onClose}>
          {messages.close}
        </button>
      </div>
      {error && (
        <p role="alert" className="text-sm text-warn">
          {describeError(error, messages)}
        </p>
      )}
      {saveError && share && (
        <div
          role="alert"
          className="flex flex-wrap items-center gap-3 rounded-xl border border-warn px-3 py-2 text-warn"
        >
          <p className="grow text-sm">
            {messages.share.notSaved} {describeError(saveError, messages)}
          </p>
          <button type="button" className="button" onClick={() => link.save(share.id)}>
            {messages.share.saveAgain}
          </button>
        </div>
      )}
      {!shares && !error && <p className="text-ink-soft">{messages.loading}</p>}
      {shares && (
        <div className="grid gap-8 min-[760px]:grid-cols-[minmax(0,18rem)_minmax(0,1fr)]">
          <div className="flex flex-col gap-6">
            <ShareOptions
              value={shown}
              expiresAt={share?.expiresAt}
              hasPictures={runs.some(({ media }) => media.length > 0)}
              hasEarlier={runs.length > 1}
              onChange={link.change}
            />
            {share ? (
              <LinkPanel share={share} isBusy={link.isRevoking} onRevoke={() => link.revoke(share.id)} />
            ) : (
              <button
                type="button"
                className="button button-primary justify-center"
                disabled={link.isCreating}
                onClick={link.create}
              >
                {messages.share.create}
              </button>
            )}
          </div>
          <SharePreview
            runs={shown.scope === 'conversation' ? runs : [run]}
            share={shown}
            onCovers={(covers) => link.change({ covers })}
          />
        </div>
      )}
      <OwnLinks shares={shares ?? []} />
    </div>
  )
}
