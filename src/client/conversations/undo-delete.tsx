import { useMutation, useQueryClient } from '@tanstack/react-query'
import { restoreRun } from '../api/api.ts'
import { useMessages } from '../i18n.tsx'
import { describeError } from '../api/describe-error.ts'
import { useOpenRun } from '../run/use-open-run.ts'
import { offerUndo, useDeletion, type Deletion } from './deletion.ts'

export function UndoDelete({ className }: { className: string }) {
  const messages = useMessages()
  const open = useOpenRun()
  const queries = useQueryClient()
  const deletion = useDeletion()
  const restore = useMutation({
    mutationFn: ({ id }: Deletion) => restoreRun(id),
    onSuccess: async (_, { backTo }) => {
      offerUndo(undefined)
      await queries.invalidateQueries({ queryKey: ['runs'] })
      if (backTo !== undefined) open(backTo)
    },
  })
  if (!deletion) return null
  return (
    <div role="status" className={`flex items-center gap-3 text-sm ${className}`}>
      {restore.error ? <span className="text-warn">{describeError(restore.error, messages)}</span> : messages.deleted}
      <button type="button" className="button" disabled={restore.isPending} onClick={() => restore.mutate(deletion)}>
        {messages.undo}
      </button>
    </div>
  )
}
