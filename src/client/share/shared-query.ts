import { queryOptions } from '@tanstack/react-query'
import { ApiError } from '../api/request.ts'
import { readSharedView } from '../api/shares.ts'

export const sharedQuery = (id: string) =>
  queryOptions({
    queryKey: ['shared', id],
    queryFn: ({ client, queryKey }) => readSharedView(id, client.getQueryData(queryKey)),
    // Its name is kept by identity.
    structuralSharing: false,
    retry: (count, error) => !(error instanceof ApiError && error.code === 'share-gone') && count < 3,
    staleTime: Infinity,
  })
