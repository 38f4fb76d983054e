import { useQuery } from '@tanstack/react-query'
import type { Config } from '../../shared/config.ts'
import { useMessages } from '../i18n.tsx'
import { threadQuery } from '../run/thread-query.ts'
import { describeError } from '../api/describe-error.ts'
import { ConversationView } from './conversation-view.tsx'
import { PageLoading } from './page-loading.tsx'

export function RunPage({ id, config }: { id: string; config: Config }) {
  const messages = useMessages()
  const thread = useQuery({
    ...threadQuery(id),
    // From one version to another the page stays while the other comes.
    placeholderData: (before) => (before?.siblings.flat().includes(id) ? before : undefined),
    refetchOnWindowFocus: 'always',
    // It was asked for before the page was there.
    retryOnMount: false,
  })
  const leaf = thread.data?.runs.at(-1)
  if (thread.data && leaf) return <ConversationView id={id} thread={thread.data} leaf={leaf} config={config} />
  if (thread.error) {
    return (
      <p role="alert" className="mx-auto my-16 max-w-xl text-warn">
        {describeError(thread.error, messages)}
      </p>
    )
  }
  return <PageLoading />
}
