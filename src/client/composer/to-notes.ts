import type { Messages } from '../../shared/messages/en.ts'
import { isUnedited, toParts, touches, type ShapeKind } from '../media-editors/picture/picture-edits.ts'
import type { Draft } from './draft.ts'

/** What was done to the pictures, in words for the model; the person sees them before sending. */
export function toNotes({ media, frames }: Draft, messages: Messages): string[] {
  const origins = [...new Set(media.flatMap(({ origin }) => origin ?? []))]
  return origins.flatMap((origin) => {
    const frame = frames?.[origin]
    if (!frame || isUnedited(frame)) return []
    const own = media.flatMap((item, index) => (item.origin === origin ? [{ item, number: index + 1 }] : []))
    const first = own[0]?.number ?? 1
    const parts = toParts(frame)
    const notes = own.length > 1 ? [messages.notes.crops(first, first + own.length - 1)] : []
    for (const { item, number } of own) {
      const part = parts[(item.crop ?? 1) - 1]
      const has = (kind: ShapeKind) =>
        part !== undefined && frame.shapes.some((shape) => shape.kind === kind && touches(shape, part))
      if (has('arrow')) notes.push(messages.notes.arrow(number))
      if (has('pen')) notes.push(messages.notes.pen(number))
      if (has('cover')) notes.push(messages.notes.cover(number))
    }
    return notes
  })
}
