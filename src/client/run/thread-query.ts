import { queryOptions } from '@tanstack/react-query'
import { readThread } from '../api/api.ts'

/** Where the streams of a conversation begin; what comes later comes over them. */
export const threadQuery = (id: string) =>
  queryOptions({
    queryKey: ['thread', id],
    queryFn: () => readThread(id),
    // Long enough for the page that it was read ahead for.
    staleTime: 5_000,
    gcTime: 10_000,
  })
