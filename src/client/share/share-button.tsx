import type { Run } from '../../shared/run/run.ts'
import { useMessages } from '../i18n.tsx'
import { DialogButton } from '../ui/dialog-button.tsx'
import { lazyPart, Loading } from '../ui/lazy-part.tsx'

const ShareDialog = lazyPart(async () => (await import('./share-dialog.tsx')).ShareDialog, Loading)

/** `runs`: a conversation, oldest first, the run in view last. */
export function ShareButton({ runs }: { runs: Run[] }) {
  const { share } = useMessages()
  const run = runs.at(-1)
  if (!run) return null
  return (
    <DialogButton
      title={share.title}
      dialogClassName="m-auto max-h-[96dvh] w-[min(64rem,96vw)] max-w-none overflow-y-auto rounded-2xl border border-line p-5 text-base sm:p-7"
      isInBody
      render={(close) => <ShareDialog runs={runs} run={run} onClose={close} />}
    >
      {share.share}
    </DialogButton>
  )
}
