import { useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import type { Thread } from '../../shared/run/thread.ts'
import { threadQuery } from './thread-query.ts'

/** Shows a run in its conversation, read anew, or as `known`: where a question was just asked. */
export function useOpenRun() {
  const [, navigate] = useLocation()
  const queries = useQueryClient()
  return (id: string, known?: Thread) => {
    queries.removeQueries({ queryKey: ['thread'], type: 'inactive' })
    if (known) queries.setQueryData(threadQuery(id).queryKey, known)
    navigate(`/r/${id}`)
  }
}
