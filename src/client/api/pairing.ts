import type { Media } from '../../shared/media.ts'
import { requestJson } from './request.ts'
import { upload } from './upload.ts'

/** Without a `code` no phone reaches this server under the address it was opened by. */
export type Pairing = { code: string; expiresAt: number; url: string } | { ownAddress?: string; port: string }

export const createPairing = () => requestJson<Pairing>('/api/pairings', { method: 'POST' })
export const readPairing = async (code: string): Promise<Media | undefined> =>
  (await requestJson<{ media?: Media }>(`/api/pairings/${encodeURIComponent(code)}`)).media
export const checkPairing = (code: string) => requestJson(`/api/pairings/${encodeURIComponent(code)}/open`)
export function sendToPairing(code: string, file: File, signal: AbortSignal): Promise<object> {
  const body = new FormData()
  body.set('file', file)
  return upload<object>(`/api/pairings/${encodeURIComponent(code)}/media`, body, { signal })
}
