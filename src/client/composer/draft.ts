import { thinksByDefault, type Model } from '../../shared/config.ts'
import type { Media } from '../../shared/media.ts'
import { forget, readStored, store } from '../storage.ts'
import type { Run } from '../../shared/run/run.ts'
import type { PictureHint } from '../media-editors/picture/find-hints.ts'
import type { PictureEdits } from '../media-editors/picture/picture-edits.ts'

/** A picture in the composer. `media` is there once the server has it. */
export type DraftMedia = {
  key: string
  name: string
  media?: Media
  /** The file this came from, under which this browser keeps it. */
  origin?: string
  /** Which of several crops of the origin, from 1. */
  crop?: number
  hints?: PictureHint[]
  /** A sample's: where the file is fetched. */
  from?: string
}

export type Draft = {
  text: string
  media: DraftMedia[]
  model?: string
  thinking?: boolean
  budget?: number
  highResolution?: boolean
  /** How each origin was framed, where it was. */
  frames?: Record<string, PictureEdits>
  /** The question of the sample that was chosen, as it came. */
  sample?: string
  /** What samples took the place of, the last first. */
  replaced?: Written[]
}

type Written = Pick<Draft, 'text' | 'media'>

/** The place of a conversation's first question, whose model is remembered for the next. */
export const firstQuestion = 'draft'

/** Where the models' own limit on pixels is by default; what is made smaller, or hinted at, goes by it. */
export const defaultPixels = 2_621_440

/** What a run was asked with, as the beginning of the next question. */
export const toChoices = ({ model, thinking: { enabled, budget }, media }: Run) => ({
  model,
  thinking: enabled,
  highResolution: media.some(({ isHighResolution }) => isHighResolution === true),
  ...(budget !== undefined && { budget }),
})

/** The draft with more text under what is written. */
export const withText = (draft: Draft, text: string): Draft => ({
  ...draft,
  text: [draft.text, text].filter(Boolean).join('\n'),
})

/** Nothing is in it, or no more than a sample as it came. */
const isUnwritten = ({ text, media, sample }: Draft): boolean =>
  (text === '' || text === sample) && media.every(({ from }) => from !== undefined)

export const replacedMedia = ({ replaced = [] }: Draft): DraftMedia[] => replaced.flatMap(({ media }) => media)

const toWritten = (draft: Draft): Written[] => (isUnwritten(draft) ? [] : [{ text: draft.text, media: draft.media }])

/** With a sample's question and picture; what the person had written is kept beside it. */
export const withSample = (draft: Draft, question: string, picture: DraftMedia): Draft => ({
  ...draft,
  replaced: [...toWritten(draft), ...(draft.replaced ?? [])],
  text: question,
  media: [picture],
  sample: question,
})

/** The question is gone, and what a sample took the place of is back. */
export const withoutQuestion = ({ sample: _sample, replaced = [], ...draft }: Draft): Draft => ({
  ...draft,
  ...(replaced[0] ?? { text: '', media: [] }),
  replaced: replaced.slice(1),
})

/** What a sample took the place of is back, and what was written since comes after the rest. */
export function restoreReplaced(draft: Draft): Draft {
  const next = withoutQuestion(draft)
  return { ...next, replaced: [...(next.replaced ?? []), ...toWritten(draft)] }
}

/** A picture of an earlier question is its own origin: the server has it. */
const withOrigins = (draft: Draft): Draft => ({
  ...draft,
  media: draft.media.map((item) => ({ origin: item.key, ...item })),
})

/** `place` names what is being written, `initial` what it begins as. */
export function readDraft(place: string, initial: Partial<Draft>): Draft {
  const blank = { text: '', media: [], ...initial }
  try {
    const stored = JSON.parse(readStored(place) ?? '') as Partial<Draft>
    return withOrigins({ ...blank, ...stored })
  } catch {
    return withOrigins(blank)
  }
}

/** Pictures still on their way are kept where their file is. */
export function writeDraft(place: string, draft: Draft) {
  if (place !== firstQuestion && draft.text === '' && draft.media.length === 0) return forget(place)
  const media = draft.media.filter((item) => item.media ?? item.origin)
  const isUsed = (origin: string) => [...media, ...replacedMedia(draft)].some((item) => item.origin === origin)
  const frames = Object.fromEntries(Object.entries(draft.frames ?? {}).filter(([origin]) => isUsed(origin)))
  store(place, JSON.stringify({ ...draft, media, frames }))
}

/** The person's choice where the model has a switch, else what the model does. */
export const hasThinking = (model: Model, draft: Draft): boolean =>
  model.thinking === 'switchable' ? (draft.thinking ?? model.thinkingDefault) : thinksByDefault(model)

/** How many pixels of a picture the model sees. */
export const toMaxPixels = (model: Model, draft: Draft): number =>
  (hasHighResolution(model, draft) ? model.pixels?.highMax : undefined) ?? model.pixels?.max ?? defaultPixels

/** Whether the pictures go in as large as the model takes them. */
export const hasHighResolution = (model: Model, draft: Draft): boolean =>
  model.pixels?.highMax !== undefined && draft.highResolution === true
