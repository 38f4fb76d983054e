import type { Config } from '../../shared/config.ts'
import type { ConversationChange, HistoryEntry, HistoryPage } from '../../shared/history.ts'
import type { Media } from '../../shared/media.ts'
import type { Run, Thinking } from '../../shared/run/run.ts'
import type { Thread } from '../../shared/run/thread.ts'
import { jsonBody, readAgain, request, requestJson } from './request.ts'
import { upload } from './upload.ts'

export type Question = {
  question: string
  media: string[]
  model: string
  thinking: Thinking
  parent?: string
  siblingOf?: string
  /** Send the pictures as large as the model takes them. */
  highResolution?: boolean
  key: string
}

export const readConfig = (known?: Config) => readAgain('/api/config', known)

export function addFile(file: File, signal: AbortSignal, onProgress?: (part: number) => void): Promise<Media> {
  const body = new FormData()
  body.set('file', file)
  return upload<Media>('/api/media', body, { signal, onProgress })
}
/** A video as frames in their order, `fps` of them a second. */
export function addFrames(frames: Blob[], fps: number, signal: AbortSignal, onProgress?: (part: number) => void) {
  const body = new FormData()
  for (const [index, frame] of frames.entries()) body.append('frames', frame, `${index}.jpg`)
  body.set('fps', String(fps))
  return upload<Media>('/api/media', body, { signal, onProgress })
}
export type VideoFacts = { fps: number; durationMs: number; width: number; height: number }

/** A whole video, for a model that takes files. */
export function addVideo(file: File, facts: VideoFacts, signal: AbortSignal, onProgress?: (part: number) => void) {
  const known = { mime: file.type || 'video/mp4', ...facts }
  const query = new URLSearchParams(Object.entries(known).map(([name, value]) => [name, String(value)]))
  return upload<Media>(`/api/media/videos?${query}`, file, { signal, onProgress })
}
/** A picture's bytes as the server keeps them. */
export const readMedia = async (id: string) => await (await request(`/api/media/${encodeURIComponent(id)}`)).blob()
/** A picture is fetched; a video stays there, looked at `fps` times a second. */
export const addUrl = (url: string, signal: AbortSignal, fps?: number) =>
  requestJson<Media>('/api/media', { ...jsonBody('POST', { url, fps }), signal })

export const createRun = (question: Question) => requestJson<Run>('/api/runs', jsonBody('POST', question))
export const readThread = (id: string, known?: Thread) => readAgain(`/api/runs/${encodeURIComponent(id)}/thread`, known)
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
