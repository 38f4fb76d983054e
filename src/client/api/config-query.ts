import { queryOptions } from '@tanstack/react-query'
import { readConfig } from './api.ts'

export const configQuery = queryOptions({ queryKey: ['config'], queryFn: readConfig, staleTime: 30_000 })
