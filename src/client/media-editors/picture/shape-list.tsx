import { useMessages } from '../../i18n.tsx'
import { toLabels } from './shape-labels.ts'
import type { Shape } from './picture-edits.ts'

/** Everything on the picture by name, so that each can be taken away without pointing at it. */
export function ShapeList({ shapes, onRemove }: { shapes: Shape[]; onRemove: (key: string) => void }) {
  const messages = useMessages()
  const labels = toLabels(shapes, messages)
  if (shapes.length === 0) return null
  return (
    <ul className="flex flex-wrap gap-2 text-sm" aria-label={messages.framing.list}>
      {shapes.map(({ key }, index) => (
        <li key={key} className="flex items-center gap-1 rounded-full border border-line py-0.5 pr-1 pl-3">
          {labels[index]}
          <button
            type="button"
            className="size-7 rounded-full hover:bg-paper-2"
            aria-label={messages.remove(labels[index] ?? '')}
            onClick={() => onRemove(key)}
          >
            ×
          </button>
        </li>
      ))}
    </ul>
  )
}
