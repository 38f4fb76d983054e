import { thinksByDefault, type Model } from '../../shared/config.ts'
import type { Media } from '../../shared/media.ts'

/** A picture in the composer. `media` is there once the server has it. */
export type DraftMedia = { key: string; name: string; media?: Media }
export type Draft = { text: string; media: DraftMedia[]; model?: string; thinking?: boolean; budget?: number }

const storageKey = 'draft'

export function readDraft(): Draft {
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? '') as Partial<Draft>
    return { text: '', media: [], ...stored }
  } catch {
    return { text: '', media: [] }
  }
}

/** Pictures still on their way are not kept: their bytes are gone with the page. */
export function writeDraft(draft: Draft) {
  localStorage.setItem(storageKey, JSON.stringify({ ...draft, media: draft.media.filter(({ media }) => media) }))
}

/** The person's choice where the model has a switch, else what the model does. */
export const hasThinking = (model: Model, draft: Draft): boolean =>
  model.thinking === 'switchable' ? (draft.thinking ?? model.thinkingDefault) : thinksByDefault(model)
