import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { limits, type Sample } from '../../shared/config.ts'
import { limitConcurrency } from '../../shared/limit-concurrency.ts'
import type { Media } from '../../shared/media.ts'
import { addFile, addFrames, addUrl, addVideo, readMedia, type VideoFacts } from '../api/api.ts'
import { ApiError, request } from '../api/request.ts'
import { untilSent } from '../api/upload.ts'
import { isUnedited, toParts, noEdits, type PictureEdits } from '../media-editors/picture/picture-edits.ts'
import { createId } from '../create-id.ts'
import {
  firstQuestion,
  readDraft,
  replacedMedia,
  defaultPixels,
  restoreReplaced,
  withSample,
  writeDraft,
  type Draft,
  type DraftMedia,
} from './draft.ts'
import { forgetUnused, keepOriginal, readOriginal } from './original-files.ts'
import { isWebUrl } from './read-data-transfer.ts'
import { classifyFile } from './classify-file.ts'

export type Refusal = { key: string; name: string; error: unknown }
/** How much of a file has left (0 to 1), or that it waits for the network. */
export type Progress = number | 'offline'
/** A dialog that waits for the person: about a file just added, or one added before. */
export type Editing =
  | { kind: 'picture' | 'video'; origin: string }
  | { kind: 'pdf'; file: File }
  | { kind: 'camera' }
  | { kind: 'phone' }

const uploadsAtOnce = 3
const inTurn = limitConcurrency(uploadsAtOnce)
/** Loaded with the first picture: asking in words alone needs none of it. */
const loadPictures = () => import('../media-editors/picture/pictures.ts')

/** The question being written: every change is kept for a reload, every refused file is reported by name. */
export function useDraft(place = firstQuestion, initial: Partial<Draft> = {}) {
  const [kept, setKept] = useState(() => ({ place, draft: readDraft(place, initial) }))
  // Another place has a draft of its own; the box it is written in stays.
  const current = kept.place === place ? kept : { place, draft: readDraft(place, initial) }
  if (current !== kept) setKept(current)
  const { draft } = current
  const [refusals, setRefusals] = useState<Refusal[]>([])
  const [progress, setProgress] = useState<Record<string, Progress>>({})
  const [editing, setEditing] = useState<Editing[]>([])
  const [offer, setOffer] = useState<File | string | undefined>(undefined)
  const uploads = useRef(new Map<string, AbortController>())

  const latest = useRef(kept)
  // What comes in late, for a place no longer shown, finds that one's draft where it is kept.
  const draftNow = () => (latest.current.place === place ? latest.current.draft : readDraft(place, initial))
  // Kept at once and not in React's time: a page that is about to be left never runs a pending change.
  const update = (change: (draft: Draft) => Draft) => {
    latest.current = { place, draft: change(draftNow()) }
    writeDraft(place, latest.current.draft)
    setKept(latest.current)
  }
  const refuse = (name: string, error: unknown) =>
    setRefusals((before) => [...before, { key: createId(), name, error }])
  const change = (key: string, replace: (item: DraftMedia) => DraftMedia[]) =>
    update(({ replaced = [], ...before }) => {
      const swap = <Of extends { media: DraftMedia[] }>(of: Of): Of => ({
        ...of,
        media: of.media.flatMap((item) => (item.key === key ? replace(item) : [item])),
      })
      return { ...swap(before), replaced: replaced.map(swap) }
    })

  /** Sends what stands in the draft under `item.key`, and takes it out again where that fails: false where it is refused. */
  async function send(item: DraftMedia, work: (signal: AbortSignal) => Promise<Media>): Promise<boolean> {
    const { key, name } = item
    const aborter = new AbortController()
    uploads.current.set(key, aborter)
    const wait = () => setProgress((before) => ({ ...before, [key]: 'offline' }))
    try {
      const media = await inTurn(async () => {
        aborter.signal.throwIfAborted()
        return await untilSent(() => work(aborter.signal), aborter.signal, wait)
      })
      change(key, (before) => [{ ...before, media }])
      return true
    } catch (error) {
      change(key, () => [])
      if (aborter.signal.aborted) return true
      refuse(name, error)
      return false
    } finally {
      uploads.current.delete(key)
      setProgress(({ [key]: _done, ...rest }) => rest)
    }
  }
  const sendFile = async (item: DraftMedia, file: File) =>
    await send(item, (signal) =>
      addFile(file, signal, (part) => setProgress((before) => ({ ...before, [item.key]: part }))),
    )

  const sendUrl = async (item: DraftMedia) => await send(item, (signal) => addUrl(item.name, signal))

  async function findHints(key: string, file: File) {
    try {
      const { hints, preview } = await (await loadPictures()).analysePicture(file, defaultPixels)
      preview.close()
      if (hints.length > 0) change(key, (item) => [{ ...item, hints }])
    } catch {
      // A picture this browser cannot read is the server's to judge.
    }
  }

  /** The file as it goes out: as it is where the server reads it, else rendered here. */
  async function prepare(file: File): Promise<File> {
    if (classifyFile(file) !== 'heic' && file.size <= limits.maxUploadBytes) return file
    const code = file.size > limits.maxUploadBytes ? 'media-too-big' : 'media-unreadable'
    const { renderPictures } = await loadPictures()
    const [rendered] = await renderPictures(file, noEdits, limits.maxSide ** 2).catch(() => [])
    if (!rendered) throw new ApiError(code, '')
    return rendered
  }

  async function sendOriginal(item: DraftMedia, file: File) {
    try {
      const ready = await prepare(file)
      void findHints(item.key, ready)
      await sendFile(item, ready)
    } catch (error) {
      change(item.key, () => [])
      refuse(item.name, error)
    }
  }

  const sendSample = async (item: DraftMedia, from: string) =>
    await send(item, async (signal) => {
      const response = await request(from, { signal })
      const blob = await response.blob().catch(() => {
        throw new ApiError('offline', 'broken off')
      })
      const file = new File([blob], item.name, { type: blob.type })
      await keepOriginal(item.key, file)
      return await addFile(file, signal)
    })

  /** A video is framed before anything is sent. */
  async function beginVideo(file: File) {
    const origin = createId()
    await keepOriginal(origin, file)
    setEditing((before) => [...before, { kind: 'video', origin }])
  }

  async function addPicture(file: File, key = createId()) {
    const item = { key, name: file.name, origin: key }
    update((before) => ({ ...before, media: [...before.media, item] }))
    await keepOriginal(key, file)
    await sendOriginal(item, file)
  }

  /** What a reload interrupted goes on. */
  const resume = useEffectEvent(async () => {
    await forgetUnused()
    const all = [...draft.media, ...replacedMedia(draft)]
    for (const item of all.filter(({ media, key }) => !media && !uploads.current.has(key))) {
      const file = item.crop === undefined && item.origin !== undefined ? await readOriginal(item.origin) : undefined
      if (file && classifyFile(file) !== 'video') void sendOriginal(item, file)
      else if (item.from !== undefined) void sendSample(item, item.from)
      else if (isWebUrl(item.name)) void sendUrl(item)
      else change(item.key, () => [])
    }
  })
  useEffect(() => void resume(), [place])

  const stop = (key: string) => uploads.current.get(key)?.abort()
  const itemsOf = (origin: string) => draft.media.filter((item) => item.origin === origin)

  return {
    draft,
    refusals,
    progress,
    isUploading: draft.media.some(({ media }) => !media),
    update,
    refuse,
    dismiss: () => setRefusals([]),
    async addFiles(files: File[]) {
      setRefusals([])
      let room = limits.maxMedia - draftNow().media.length
      await Promise.all(
        files.map(async (file) => {
          const sort = classifyFile(file)
          if (sort === 'other') return refuse(file.name, new ApiError('media-unsupported', ''))
          if (room <= 0) return refuse(file.name, new ApiError('too-many-media', ''))
          if (sort === 'pdf') return setEditing((before) => [...before, { kind: 'pdf', file }])
          room -= 1
          await (sort === 'video' ? beginVideo(file) : addPicture(file))
        }),
      )
    },
    /** A picture of this server's own and its question, asked about like any other: the question never goes without it. */
    async beginSample({ title, image, question }: Sample) {
      const key = createId()
      const item = { key, name: title, origin: key, from: image }
      update((before) => withSample(before, question, item))
      await sendSample(item, image)
    },
    restoreReplaced: () => update(restoreReplaced),
    /** False where it is refused. */
    addUrl: async (url: string): Promise<boolean> => {
      const key = createId()
      const item = { key, name: url, origin: key }
      update((before) => ({ ...before, media: [...before.media, item] }))
      return await sendUrl(item)
    },
    /** A video at an address, looked at so many times a second instead. */
    async setUrlRate(key: string, url: string, fps: number) {
      try {
        const media = await addUrl(url, new AbortController().signal, fps)
        change(key, (item) => [{ ...item, media }])
      } catch (error) {
        refuse(url, error)
      }
    },
    /** The file behind a picture; what is not here, or cannot be shown here, is asked back from the server. */
    async readOrigin(origin: string): Promise<File> {
      const kept = await readOriginal(origin)
      // No browser but Safari shows a TIFF; the server's lossless copy stands in for it.
      if (kept && !/tiff?$/i.test(kept.type || kept.name)) return kept
      const item = itemsOf(origin)[0]
      if (!item?.media) throw new ApiError('unknown-media', '')
      const blob = await readMedia(item.media.id)
      const file = new File([blob], item.name, { type: blob.type })
      await keepOriginal(origin, file)
      return file
    },
    /** A picture that may be wanted: pasted beside text, or at a pasted address. */
    offer,
    setOffer,
    /** A picture that the server has already. */
    addMedia(name: string, media: Media) {
      const key = createId()
      update((before) => ({ ...before, media: [...before.media, { key, name, media, origin: key }] }))
    },
    /** Pictures made here; the one to be cropped is opened at once. */
    async addMade(pages: File[], isToCrop: boolean) {
      await Promise.all(
        pages.map(async (page) => {
          const key = createId()
          if (isToCrop) setEditing((before) => [...before, { kind: 'picture', origin: key }])
          await addPicture(page, key)
        }),
      )
    },
    /** The dialog in front, if any. */
    editing: editing[0],
    edit: (next: Editing) => setEditing((before) => [...before, next]),
    endEditing: () => setEditing((before) => before.slice(1)),
    /** The frames taken of a video, or with `facts` all of it, in place of what was taken before. */
    async addTaken(origin: string, file: File, taken: { frames: Blob[]; fps: number } | VideoFacts) {
      const item = { key: createId(), name: file.name, origin }
      for (const { key } of itemsOf(origin)) stop(key)
      update((old) => ({ ...old, media: [...old.media.filter((other) => other.origin !== origin), item] }))
      const onProgress = (part: number) => setProgress((before) => ({ ...before, [item.key]: part }))
      await send(item, (signal) =>
        'frames' in taken
          ? addFrames(taken.frames, taken.fps, signal, onProgress)
          : addVideo(file, taken, signal, onProgress),
      )
    },
    /** Frames a picture anew: what was made of its file before gives way to what is now. */
    async frame(origin: string, file: File, frame: PictureEdits, maxPixels: number) {
      const before = itemsOf(origin)
      const name = before[0]?.name ?? file.name
      const count = toParts(frame).length
      const hasCrops = frame.shapes.some(({ kind }) => kind === 'crop')
      const items: DraftMedia[] = Array.from({ length: count }, (_, index) => ({
        key: createId(),
        name,
        origin,
        ...(hasCrops && count > 1 && { crop: index + 1 }),
      }))
      for (const { key } of before) stop(key)
      const inPlace = (media: DraftMedia[], next: DraftMedia[]) => {
        const at = media.findIndex((item) => item.origin === origin)
        const others = media.filter((item) => item.origin !== origin)
        return at === -1 ? [...others, ...next] : others.toSpliced(at, 0, ...next)
      }
      update((old) => ({ ...old, media: inPlace(old.media, items), frames: { ...old.frames, [origin]: frame } }))
      if (isUnedited(frame)) return await Promise.all(items.map((item) => sendOriginal(item, file)))
      try {
        const files = await (await loadPictures()).renderPictures(file, frame, maxPixels)
        return await Promise.all(
          items.map(async (item, index) => {
            const rendered = files[index]
            if (!rendered) return
            void findHints(item.key, rendered)
            await sendFile(item, rendered)
          }),
        )
      } catch {
        refuse(name, new ApiError('media-unreadable', ''))
        update((old) => ({ ...old, media: inPlace(old.media, before) }))
      }
    },
    removeMedia(key: string) {
      stop(key)
      update((before) => ({ ...before, media: before.media.filter((item) => item.key !== key) }))
    },
  }
}

export type DraftState = ReturnType<typeof useDraft>
