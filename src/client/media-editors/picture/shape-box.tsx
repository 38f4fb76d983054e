import { useEffect, useRef, type KeyboardEvent } from 'react'
import { moveShape, pullShape, toBounds, type Handle, type Shape } from './picture-edits.ts'

type Props = {
  shape: Shape
  label: string
  isSelected: boolean
  /** Its tool is in hand: only then does it take the pointer. */
  isActive: boolean
  onSelect: () => void
  onChange: (shape: Shape) => void
  onRemove: () => void
}

const step = 0.01
const arrows: Record<string, [number, number]> = {
  ArrowLeft: [-step, 0],
  ArrowRight: [step, 0],
  ArrowUp: [0, -step],
  ArrowDown: [0, step],
}
const boxHandles: [Handle, string][] = [
  ['nw', 'left-0 top-0 cursor-nwse-resize'],
  ['n', 'left-1/2 top-0 cursor-ns-resize'],
  ['ne', 'left-full top-0 cursor-nesw-resize'],
  ['e', 'left-full top-1/2 cursor-ew-resize'],
  ['se', 'left-full top-full cursor-nwse-resize'],
  ['s', 'left-1/2 top-full cursor-ns-resize'],
  ['sw', 'left-0 top-full cursor-nesw-resize'],
  ['w', 'left-0 top-1/2 cursor-ew-resize'],
]
const looks: Record<Shape['kind'], string> = {
  crop: 'outline-2 outline-accent bg-accent/10',
  cover: 'bg-black outline-1 outline-white',
  arrow: '',
  pen: '',
}
const percent = (part: number) => `${part * 100}%`

/** A shape's place on the picture: arrows move it, with Shift they pull its lower right end, Delete takes it away. */
export function ShapeBox({ shape, label, isSelected, isActive, onSelect, onChange, onRemove }: Props) {
  const box = useRef<HTMLButtonElement>(null)
  const { left, top, right, bottom } = toBounds(shape)
  useEffect(() => {
    if (isSelected) box.current?.focus({ preventScroll: true })
  }, [isSelected])

  const handleKey = (event: KeyboardEvent) => {
    const by = arrows[event.key]
    if (event.key === 'Delete' || event.key === 'Backspace') onRemove()
    else if (!by) return
    else if (!event.shiftKey) onChange(moveShape(shape, by[0], by[1]))
    else {
      const from = shape.kind === 'arrow' ? (shape.points[1] ?? { x: 0, y: 0 }) : { x: right, y: bottom }
      onChange(pullShape(shape, shape.kind === 'arrow' ? 'head' : 'se', { x: from.x + by[0], y: from.y + by[1] }))
    }
    event.preventDefault()
  }
  const at = (point: { x: number; y: number } | undefined) => ({
    left: percent(((point?.x ?? 0) - left) / Math.max(right - left, 1e-6)),
    top: percent(((point?.y ?? 0) - top) / Math.max(bottom - top, 1e-6)),
  })
  const handleLook =
    'absolute size-11 -translate-1/2 after:absolute after:inset-[15px] after:rounded-full after:border-2 after:border-white after:bg-accent'
  return (
    <button
      ref={box}
      type="button"
      data-shape={shape.key}
      aria-label={label}
      aria-pressed={isSelected}
      className={`absolute block min-h-1 min-w-1 cursor-move touch-none ${looks[shape.kind]} ${isActive ? '' : 'pointer-events-none'}`}
      style={{ left: percent(left), top: percent(top), width: percent(right - left), height: percent(bottom - top) }}
      onFocus={onSelect}
      onKeyDown={handleKey}
    >
      {shape.kind === 'crop' && (
        <span className="absolute top-1 left-1 min-w-6 rounded-full bg-accent px-1.5 text-sm font-semibold text-on-accent">
          {label.replace(/\D/g, '')}
        </span>
      )}
      {isSelected &&
        isActive &&
        (shape.kind === 'arrow' ? (
          <>
            <span data-handle="tail" className={handleLook} style={at(shape.points[0])} />
            <span data-handle="head" className={handleLook} style={at(shape.points[1])} />
          </>
        ) : (
          boxHandles.map(([handle, place]) => (
            <span key={handle} data-handle={handle} className={`${handleLook} ${place}`} />
          ))
        ))}
    </button>
  )
}
