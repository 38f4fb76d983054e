import { useCallback } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation, useSearch } from 'wouter'
import type { Config, Model } from '../../shared/config.ts'
import { isEnded } from '../../shared/run/run.ts'
import type { SharedView } from '../../shared/share.ts'
import { ApiError } from '../api/request.ts'
import { toSharedMediaUrl } from '../api/shares.ts'
import { Turn } from '../run/conversation/turn.tsx'
import { useMessages } from '../i18n.tsx'
import { Pictures } from '../run/pictures.tsx'
import { Reconnecting } from '../run/reconnecting.tsx'
import { RunStatus } from '../run/run-status.tsx'
import { usePageTitle } from '../run/use-page-title.ts'
import { AskAbout } from '../share/ask-about.tsx'
import { sharedQuery } from '../share/shared-query.ts'
import { SharedQuestion } from '../share/shared-question.tsx'
import { useSharedRuns } from '../share/use-shared-runs.ts'
import { describeError } from '../api/describe-error.ts'
import { lazyPart } from '../ui/lazy-part.tsx'
import { PageLoading } from './page-loading.tsx'

const SharedReplay = lazyPart(
  async () => (await import('../share/shared-replay.tsx')).SharedReplay,
  () => <p data-pending="" />,
)

export function SharePage({ id, config }: { id: string; config: Config }) {
  const messages = useMessages()
  const view = useQuery({
    ...sharedQuery(id),
    refetchOnWindowFocus: 'always',
    // A live one is cut off at once; one that ended learns now and then that it is gone.
    refetchInterval: 30_000,
    // It was asked for before the page was there.
    retryOnMount: false,
  })
  if (view.error instanceof ApiError && view.error.code === 'share-gone') return <Gone />
  if (view.data) return <Shared view={view.data} config={config} />
  if (view.error) {
    return (
      <p role="alert" className="mx-auto my-16 max-w-xl text-warn">
        {describeError(view.error, messages)}
      </p>
    )
  }
  return <PageLoading />
}

function Gone() {
  const messages = useMessages()
  return (
    <div role="alert" className="mx-auto my-16 max-w-xl" data-shared="">
      <h1 className="mb-3 font-serif text-3xl font-semibold">{messages.shared.gone}</h1>
      <p className="mb-6 text-lg text-ink-soft">{messages.shared.goneWhy}</p>
      <Link href="/" className="button button-primary">
        {messages.shared.askOwn}
      </Link>
    </div>
  )
}

/** Somebody else's run is not priced here. */
function toLabelled(model: Model | undefined): Model | undefined {
  if (!model) return undefined
  const { prices: _prices, ...rest } = model
  return rest
}

function Shared({ view, config }: { view: SharedView; config: Config }) {
  const messages = useMessages()
  const [, navigate] = useLocation()
  // An address that ends in ?replay plays it.
  const isReplayed = new URLSearchParams(useSearch()).has('replay')
  const queries = useQueryClient()
  const handleCut = useCallback(() => void queries.invalidateQueries(sharedQuery(view.id)), [queries, view.id])
  const { runs, isConnected } = useSharedRuns(view, handleCut)
  const last = runs.at(-1) ?? view.run
  usePageTitle(last.question === '' ? { ...last, question: messages.shared.titleAnswer } : last)
  const modelOf = (id: string) => toLabelled(config.models.find((model) => model.id === id))
  const hasThinking = runs.some((run) => run.thinkingStartedAt !== undefined)
  return (
    <div
      data-shared=""
      className={`mx-auto flex w-full grow flex-col gap-6 py-4 ${hasThinking ? 'max-w-7xl' : 'max-w-3xl'}`}
    >
      <RunStatus run={last} />
      <p className="text-sm text-ink-soft">
        {config.mode === 'demo'
          ? messages.shared.demo
          : messages.shared.generated(modelOf(last.model)?.label ?? last.model)}
      </p>
      {runs.map((run, index) => (
        <div key={run.id} className="flex min-w-0 flex-col gap-6">
          <SharedQuestion
            run={run}
            isFirst={index === 0}
            pictures={<Pictures media={run.media} toUrl={toSharedMediaUrl(view.id)} />}
          />
          {isReplayed && run === last && isEnded(run) ? (
            <SharedReplay
              shareId={view.id}
              version={view.version}
              run={run}
              model={modelOf(run.model)}
              onClose={() => navigate(`/s/${view.id}`, { replace: true })}
            />
          ) : (
            <Turn run={run} model={modelOf(run.model)}>
              {run === last && isEnded(run) && (
                <button type="button" className="quiet self-start" onClick={() => navigate(`/s/${view.id}?replay`)}>
                  {messages.replay}
                </button>
              )}
            </Turn>
          )}
        </div>
      ))}
      {!isConnected && !isEnded(last) && <Reconnecting />}
      {!(isReplayed && isEnded(last)) && <AskAbout id={view.id} isEnded={runs.every(isEnded)} />}
    </div>
  )
}
