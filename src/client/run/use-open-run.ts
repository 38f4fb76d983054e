import { useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import type { Thread } from '../../shared/thread.ts'

/** Shows a run in its conversation, read anew, or as `known`: where a question was just asked. */
export function useOpenRun() {
  const [, navigate] = useLocation()
  const queries = useQueryClient()
  return (id: string, known?: Thread) => {
    queries.removeQueries({ queryKey: ['thread'], type: 'inactive' })
    if (known) queries.setQueryData(['thread', id], known)
    navigate(`/r/${id}`)
  }
}
