import type { Config } from '../../shared/config.ts'
import type { ConversationChange, HistoryEntry, HistoryPage } from '../../shared/history.ts'
import type { Media } from '../../shared/media.ts'
import type { Run, Thinking } from '../../shared/run.ts'
import type { Thread } from '../../shared/thread.ts'
import { jsonBody, request, requestJson } from './request.ts'

export type Question = {
  question: string
  media: string[]
  model: string
  thinking: Thinking
  parent?: string
  siblingOf?: string
  key: string
}

export const readConfig = () => requestJson<Config>('/api/config')

export function addFile(file: File, signal: AbortSignal): Promise<Media> {
  const body = new FormData()
  body.set('file', file)
  return requestJson<Media>('/api/media', { method: 'POST', body, signal })
}
export const addUrl = (url: string, signal: AbortSignal) =>
  requestJson<Media>('/api/media', { ...jsonBody('POST', { url }), signal })

export const createRun = (question: Question) => requestJson<Run>('/api/runs', jsonBody('POST', question))
export const readThread = (id: string) => requestJson<Thread>(`/api/runs/${encodeURIComponent(id)}/thread`)
export const stopRun = (id: string) => requestJson<Run>(`/api/runs/${encodeURIComponent(id)}/stop`, { method: 'POST' })
export const deleteRun = async (id: string) => {
  await request(`/api/runs/${encodeURIComponent(id)}`, { method: 'DELETE' })
}
export const restoreRun = (id: string) =>
  requestJson<Run>(`/api/runs/${encodeURIComponent(id)}/restore`, { method: 'POST' })
export const listRuns = (query: string, cursor: string | undefined, signal: AbortSignal) => {
  const search = new URLSearchParams({ ...(query !== '' && { q: query }), ...(cursor !== undefined && { cursor }) })
  return requestJson<HistoryPage>(`/api/runs?${search}`, { signal })
}
export const changeConversation = (id: string, change: ConversationChange) =>
  requestJson<HistoryEntry>(`/api/runs/${encodeURIComponent(id)}`, jsonBody('PATCH', change))
export const deleteConversation = async (id: string) => {
  await request(`/api/runs/${encodeURIComponent(id)}?scope=conversation`, { method: 'DELETE' })
}
export const enterCode = async (code: string) => {
  await request('/api/access', jsonBody('POST', { code }))
}
export const importRuns = (file: File) =>
  requestJson<{ count: number; last?: string }>('/api/runs/import', { method: 'POST', body: file })
export const deleteAllRuns = () =>
  requestJson<{ count: number; restore?: string }>('/api/runs?all=1', { method: 'DELETE' })
