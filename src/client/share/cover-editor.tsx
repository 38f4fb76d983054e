import { useId, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import type { Media } from '../../shared/media.ts'
import type { Cover } from '../../shared/share.ts'
import { useMessages } from '../i18n.tsx'
import { moveBox, toBox, type Box } from './move-box.ts'

type Props = { media: Media; label: string; boxes: Cover[]; onChange: (boxes: Cover[]) => void }

/** Below this many pixels on the screen a press was a tap, not a drawing. */
const minDrawnPx = 6

/** A picture over which boxes are drawn by mouse or finger, or added and moved by keys. */
export function CoverEditor({ media, label, boxes, onChange }: Props) {
  const words = useMessages().share
  const place = useRef<HTMLDivElement>(null)
  const keysId = useId()
  const start = useRef<{ x: number; y: number } | undefined>(undefined)
  const [drawn, setDrawn] = useState<Box | undefined>(undefined)
  const picture = { width: media.width ?? 1, height: media.height ?? 1 }

  const toPoint = (event: PointerEvent) => {
    const box = place.current?.getBoundingClientRect()
    if (!box) return { x: 0, y: 0 }
    return {
      x: Math.round(((event.clientX - box.left) / box.width) * picture.width),
      y: Math.round(((event.clientY - box.top) / box.height) * picture.height),
    }
  }
  const isLarge = (box: Box) => {
    const scale = (place.current?.clientWidth ?? 0) / picture.width
    return Math.min(box.width, box.height) * scale >= minDrawnPx
  }
  const handleDown = (event: PointerEvent) => {
    if (event.button !== 0 || event.target !== event.currentTarget) return
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = toPoint(event)
  }
  const handleMove = (event: PointerEvent) => {
    if (start.current) setDrawn(toBox(start.current, toPoint(event), picture))
  }
  const handleUp = () => {
    if (drawn && isLarge(drawn)) onChange([...boxes, { ...drawn, media: media.id }])
    handleCancel()
  }
  const handleCancel = () => {
    start.current = undefined
    setDrawn(undefined)
  }
  const remove = (index: number) => onChange(boxes.filter((_, at) => at !== index))
  const handleKey = (event: KeyboardEvent, index: number) => {
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault()
      remove(index)
      return
    }
    const box = boxes[index]
    const moved = box && moveBox(box, event.key, event.shiftKey, picture)
    if (!moved) return
    event.preventDefault()
    onChange(boxes.map((each, at) => (at === index ? { ...moved, media: media.id } : each)))
  }
  const handleAdd = () => {
    const { width, height } = picture
    const box = { x: Math.round(width * 0.35), y: Math.round(height * 0.4) }
    onChange([...boxes, { ...box, width: Math.round(width * 0.3), height: Math.round(height * 0.2), media: media.id }])
  }
  const percent = (box: Box) => ({
    left: `${(box.x / picture.width) * 100}%`,
    top: `${(box.y / picture.height) * 100}%`,
    width: `${(box.width / picture.width) * 100}%`,
    height: `${(box.height / picture.height) * 100}%`,
  })

  return (
    <div className="mb-3">
      <div className="relative inline-block max-w-full align-top">
        <img
          src={`/api/media/${media.id}`}
          alt={label}
          width={media.width}
          height={media.height}
          className="block max-h-[46dvh] w-auto max-w-full rounded-xl border border-line"
        />
        <div
          ref={place}
          className="absolute inset-0 cursor-crosshair touch-none"
          onPointerDown={handleDown}
          onPointerMove={handleMove}
          onPointerUp={handleUp}
          onPointerCancel={handleCancel}
        >
          {boxes.map((box, index) => (
            <div key={index} className="absolute" style={percent(box)}>
              <button
                type="button"
                className="block size-full bg-[#20241f] focus-visible:outline-4"
                aria-label={words.box(index + 1)}
                aria-describedby={keysId}
                onKeyDown={(event) => handleKey(event, index)}
              />
              <button
                type="button"
                className="absolute -top-3 -right-3 size-7 rounded-full border border-line bg-paper leading-none text-ink shadow"
                aria-label={words.removeBox(index + 1)}
                onClick={() => remove(index)}
              >
                ×
              </button>
            </div>
          ))}
          {drawn && <div className="pointer-events-none absolute bg-[#20241f]/80" style={percent(drawn)} />}
        </div>
      </div>
      <div>
        <span id={keysId} className="sr-only">
          {words.boxKeys}
        </span>
        <button type="button" className="min-h-9 text-sm text-accent underline" onClick={handleAdd}>
          {words.addBox}
        </button>
      </div>
    </div>
  )
}
