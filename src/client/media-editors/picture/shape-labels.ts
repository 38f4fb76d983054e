import type { Messages } from '../../../shared/messages/en.ts'
import type { Shape } from './picture-edits.ts'

/** Each shape's name: crops are numbered as they will be sent, the others among their own kind. */
export function toLabels(shapes: Shape[], messages: Messages): string[] {
  const counts = { crop: 0, cover: 0, arrow: 0, pen: 0 }
  return shapes.map(({ kind }) => {
    counts[kind] += 1
    return messages.framing.shape(messages.framing.kinds[kind], counts[kind])
  })
}
