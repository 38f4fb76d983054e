import { queryOptions } from '@tanstack/react-query'
import { readSharedView } from '../api/shares.ts'

export const sharedQuery = (id: string) =>
  queryOptions({ queryKey: ['shared', id], queryFn: () => readSharedView(id), staleTime: Infinity })
