import { useRef, useState } from 'react'
import { limits } from '../../shared/config.ts'
import type { Media } from '../../shared/media.ts'
import { addFile, addUrl } from '../api/api.ts'
import { ApiError, request } from '../api/request.ts'
import { firstQuestion, readDraft, writeDraft, type Draft, type DraftMedia } from './draft.ts'
import { createId } from '../ui/create-id.ts'

export type Refusal = { key: string; name: string; error: unknown }

/** The question being written: every change is kept for a reload, every refused file is reported by name. */
export function useDraft(place = firstQuestion, initial: Partial<Draft> = {}) {
  const [kept, setKept] = useState(() => ({ place, draft: readDraft(place, initial) }))
  // Another place has a draft of its own; the box it is written in stays.
  const current = kept.place === place ? kept : { place, draft: readDraft(place, initial) }
  if (current !== kept) setKept(current)
  const { draft } = current
  const [refusals, setRefusals] = useState<Refusal[]>([])
  const uploads = useRef(new Map<string, AbortController>())

  const latest = useRef(kept)
  // Kept at once and not in React's time: a page that is about to be left never runs a pending change.
  const update = (change: (draft: Draft) => Draft) => {
    const before = latest.current.place === place ? latest.current : current
    latest.current = { place, draft: change(before.draft) }
    writeDraft(place, latest.current.draft)
    setKept(latest.current)
  }
  const refuse = (name: string, error: unknown) =>
    setRefusals((before) => [...before, { key: createId(), name, error }])

  async function upload(name: string, send: (signal: AbortSignal) => Promise<Media>) {
    const key = createId()
    const aborter = new AbortController()
    uploads.current.set(key, aborter)
    update((before) => ({ ...before, media: [...before.media, { key, name }] }))
    const replace = (change: (item: DraftMedia) => DraftMedia[]) =>
      update((before) => ({
        ...before,
        media: before.media.flatMap((item) => (item.key === key ? change(item) : [item])),
      }))
    try {
      const media = await send(aborter.signal)
      replace((item) => [{ ...item, media }])
    } catch (error) {
      replace(() => [])
      if (!aborter.signal.aborted) refuse(name, error)
    } finally {
      uploads.current.delete(key)
    }
  }

  return {
    draft,
    refusals,
    isUploading: draft.media.some(({ media }) => !media),
    update,
    dismiss: () => setRefusals([]),
    async addFiles(files: File[]) {
      setRefusals([])
      let room = limits.maxMedia - draft.media.length
      await Promise.all(
        files.map(async (file) => {
          if (room <= 0) return refuse(file.name, new ApiError('too-many-media', ''))
          room -= 1
          if (file.type.startsWith('video/')) return refuse(file.name, new ApiError('video-unsupported', ''))
          if (file.size > limits.maxUploadBytes) return refuse(file.name, new ApiError('media-too-big', ''))
          await upload(file.name, (signal) => addFile(file, signal))
        }),
      )
    },
    /** A picture of this server's own, asked about like any other. */
    addSample: async (name: string, path: string) =>
      await upload(name, async (signal) => {
        const blob = await (await request(path, { signal })).blob()
        return await addFile(new File([blob], name, { type: blob.type }), signal)
      }),
    addUrl: async (url: string) => await upload(url, (signal) => addUrl(url, signal)),
    removeMedia(key: string) {
      uploads.current.get(key)?.abort()
      update((before) => ({ ...before, media: before.media.filter((item) => item.key !== key) }))
    },
  }
}

export type DraftState = ReturnType<typeof useDraft>
