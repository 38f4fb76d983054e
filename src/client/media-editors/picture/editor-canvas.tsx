import { useEffect, useRef } from 'react'
import { useMessages } from '../../i18n.tsx'
import { toPath } from './draw-part.ts'
import { toTurnedSize } from './picture-edits.ts'
import type { Preview } from './picture-task.ts'
import { toLabels } from './shape-labels.ts'
import { ShapeBox } from './shape-box.tsx'
import { useGestures, type GestureOptions } from './use-gestures.ts'

type Props = GestureOptions & { look: Preview }

const percent = (part: number) => `${part * 100}%`

/** The picture as framed, with what is drawn on it; mouse, pen, fingers and keys all end in `onChange`. */
export function EditorCanvas(props: Props) {
  const { look, tool, selected, zoom, onSelect, onChange } = props
  const messages = useMessages()
  const canvas = useRef<HTMLCanvasElement>(null)
  const { frame, stage, viewport, handlers } = useGestures(props)
  const size = toTurnedSize(frame, look.width, look.height)
  const ratio = size.width / size.height

  useEffect(() => {
    const element = canvas.current
    if (!element) return
    element.width = look.preview.width
    element.height = look.preview.height
    element.getContext('2d')?.drawImage(look.preview, 0, 0)
  }, [look])

  const labels = toLabels(frame.shapes, messages)
  const marks = frame.shapes.filter(({ kind }) => kind === 'arrow' || kind === 'pen')
  return (
    <div ref={viewport} className="grid min-h-0 grow place-items-center overflow-auto rounded-lg bg-paper-2">
      <div
        ref={stage}
        className="relative touch-none bg-white overflow-hidden select-none"
        style={{ aspectRatio: String(ratio), width: `min(${zoom * 100}%, ${zoom * ratio * 60}dvh)` }}
        {...handlers}
      >
        <canvas
          ref={canvas}
          role="img"
          aria-label={messages.framing.picture}
          className="pointer-events-none absolute top-1/2 left-1/2 max-w-none"
          style={{
            width: percent(look.width / size.width),
            height: percent(look.height / size.height),
            transform: `translate(-50%, -50%) rotate(${frame.turns * 90 + frame.straighten}deg)`,
          }}
        />
        <svg
          viewBox={`0 0 ${ratio * 1000} 1000`}
          className="pointer-events-none absolute inset-0 size-full"
          aria-hidden="true"
        >
          {marks.map(({ key, kind, points }) => {
            const scaled = points.map(({ x, y }) => ({ x: x * ratio * 1000, y: y * 1000 }))
            const path = toPath(scaled, kind === 'arrow' ? 25 : 0)
            return (
              <g key={key} fill="none" strokeLinecap="round" strokeLinejoin="round">
                <path d={path} stroke="#ffffff" strokeWidth="10" />
                <path d={path} stroke="#d1242f" strokeWidth="6" />
              </g>
            )
          })}
        </svg>
        {frame.shapes.map((shape, index) => (
          <ShapeBox
            key={shape.key}
            shape={shape}
            label={labels[index] ?? ''}
            isSelected={shape.key === selected}
            isActive={shape.kind === tool}
            onSelect={() => onSelect(shape.key)}
            onChange={(next) =>
              onChange({ ...frame, shapes: frame.shapes.map((old) => (old.key === next.key ? next : old)) })
            }
            onRemove={() => onChange({ ...frame, shapes: frame.shapes.filter(({ key }) => key !== shape.key) })}
          />
        ))}
      </div>
    </div>
  )
}
