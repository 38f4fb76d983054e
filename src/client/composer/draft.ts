import { thinksByDefault, type Model } from '../../shared/config.ts'
import type { Media } from '../../shared/media.ts'

/** A picture in the composer. `media` is there once the server has it. */
export type DraftMedia = { key: string; name: string; media?: Media }
export type Draft = { text: string; media: DraftMedia[]; model?: string; thinking?: boolean; budget?: number }

/** The place of a conversation's first question, whose model is remembered for the next. */
export const firstQuestion = 'draft'

/** `place` names what is being written, `initial` what it begins as. */
export function readDraft(place: string, initial: Partial<Draft>): Draft {
  const blank = { text: '', media: [], ...initial }
  try {
    const stored = JSON.parse(localStorage.getItem(place) ?? '') as Partial<Draft>
    return { ...blank, ...stored }
  } catch {
    return blank
  }
}

/** Pictures still on their way are not kept: their bytes are gone with the page. */
export function writeDraft(place: string, draft: Draft) {
  if (place !== firstQuestion && draft.text === '' && draft.media.length === 0) return localStorage.removeItem(place)
  localStorage.setItem(place, JSON.stringify({ ...draft, media: draft.media.filter(({ media }) => media) }))
}

/** The person's choice where the model has a switch, else what the model does. */
export const hasThinking = (model: Model, draft: Draft): boolean =>
  model.thinking === 'switchable' ? (draft.thinking ?? model.thinkingDefault) : thinksByDefault(model)
