import { queryOptions } from '@tanstack/react-query'
import type { Config } from '../../shared/config.ts'
import { readConfig } from './api.ts'

export const configQuery = queryOptions({
  queryKey: ['config'],
  queryFn: ({ client, queryKey }) => readConfig(client.getQueryData<Config>(queryKey)),
  structuralSharing: false,
  staleTime: 30_000,
})
