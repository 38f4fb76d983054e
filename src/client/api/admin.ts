import type { Overview, SharesPage } from '../../shared/admin.ts'
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
export const listAllShares = (cursor: string | undefined) =>
  requestJson<SharesPage>(`/api/admin/shares${cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`}`)
/** One link, or every link there is. */
export const revokeAnyShare = async (id: string | undefined) => {
  await request(`/api/admin/shares${id === undefined ? '' : `/${encodeURIComponent(id)}`}`, { method: 'DELETE' })
}
