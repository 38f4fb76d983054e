import type { Run } from '../../shared/run/run.ts'
import type { ListedShare, Share, ShareChange, SharedView } from '../../shared/share.ts'
import { jsonBody, readAgain, request, requestJson } from './request.ts'

const shares = '/api/shares'
const toPath = (id: string) => `${shares}/${encodeURIComponent(id)}`

export const createShare = (runId: string, change: ShareChange) =>
  requestJson<Share>(`/api/runs/${encodeURIComponent(runId)}/shares`, jsonBody('POST', change))
export const listShares = async () => (await requestJson<{ items: ListedShare[] }>(shares)).items
export const changeShare = (id: string, change: ShareChange) =>
  requestJson<Share>(toPath(id), jsonBody('PATCH', change))
export const revokeShare = async (id: string) => void (await request(toPath(id), { method: 'DELETE' }))
export const revokeAllShares = async () => void (await request(shares, { method: 'DELETE' }))

export const readSharedView = (id: string, known?: SharedView) => readAgain(toPath(id), known)
export const toSharedMediaUrl = (id: string) => (mediaId: string) =>
  `${toPath(id)}/media/${encodeURIComponent(mediaId)}`
export const toSharedEventsUrl = (id: string, shownId: string) =>
  `${toPath(id)}/events?run=${encodeURIComponent(shownId)}&`
export const copyShared = (id: string, untitled: string) =>
  requestJson<Run>(`${toPath(id)}/copies`, jsonBody('POST', { untitled }))
