import type { Run } from '../../shared/run/run.ts'
import { useMessages } from '../i18n.tsx'
import { DialogButton } from '../ui/dialog-button.tsx'
import { later, Loading } from '../ui/lazy-part.tsx'

const TakeAlongDialog = later(async () => (await import('./export-dialog.tsx')).TakeAlongDialog, Loading)

/** `run` and what led to it, as a file or on paper. */
export function TakeAlongButton({ run }: { run: Run }) {
  const { takeAlong } = useMessages()
  return (
    <DialogButton
      className="quiet"
      title={takeAlong.title}
      dialogClassName="m-auto w-[min(30rem,calc(100vw-2rem))] rounded-2xl border border-line p-5 print:hidden"
      render={(close) => <TakeAlongDialog run={run} onClose={close} />}
    >
      {takeAlong.button}
    </DialogButton>
  )
}
