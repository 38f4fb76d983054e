import type { Overview } from '../../shared/operator.ts'
import { jsonBody, request, requestJson } from './request.ts'

export const readOverview = () => requestJson<Overview>('/api/admin')
export const enterAdmin = async (code: string) => {
  await request('/api/admin/enter', jsonBody('POST', { code }))
}
export const stopAnyRun = async (id: string) => {
  await request(`/api/admin/runs/${encodeURIComponent(id)}/stop`, { method: 'POST' })
}
export const setBlocked = async ({ visitor, isBlocked }: { visitor: string; isBlocked: boolean }) => {
  await request(`/api/admin/blocked/${visitor}`, { method: isBlocked ? 'PUT' : 'DELETE' })
}
