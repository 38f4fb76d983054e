import type { Run } from '../../shared/run/run.ts'
import { useMessages } from '../i18n.tsx'
import { DialogButton } from '../ui/dialog-button.tsx'
import { lazyPart, Loading } from '../ui/lazy-part.tsx'

const ExportDialog = lazyPart(async () => (await import('./export-dialog.tsx')).ExportDialog, Loading)

/** `run` and what led to it, as a file or on paper. */
export function ExportButton({ run }: { run: Run }) {
  const { exporting } = useMessages()
  return (
    <DialogButton
      className="quiet"
      title={exporting.title}
      dialogClassName="m-auto w-[min(30rem,calc(100vw-2rem))] rounded-2xl border border-line p-5 print:hidden"
      render={(close) => <ExportDialog run={run} onClose={close} />}
    >
      {exporting.button}
    </DialogButton>
  )
}
