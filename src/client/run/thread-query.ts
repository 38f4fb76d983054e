import { queryOptions } from '@tanstack/react-query'
import { readThread } from '../api/api.ts'
import { ApiError } from '../api/request.ts'

/** Where the streams of a conversation begin; what comes later comes over them. */
export const threadQuery = (id: string) =>
  queryOptions({
    queryKey: ['thread', id],
    queryFn: ({ client, queryKey }) => readThread(id, client.getQueryData(queryKey)),
    // Its name is kept by identity.
    structuralSharing: false,
    retry: (failures, error) => failures < 1 && !(error instanceof ApiError && error.code === 'not-found'),
    // Long enough for the page that it was read ahead for.
    staleTime: 5_000,
    gcTime: 10_000,
  })
