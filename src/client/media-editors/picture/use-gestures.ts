import { useRef, useState, type PointerEvent } from 'react'
import { createId } from '../../create-id.ts'
import {
  fitShape,
  isBox,
  minSide,
  moveShape,
  pullShape,
  spreadShape,
  toBounds,
  type PictureEdits,
  type Handle,
  type Point,
  type Shape,
  type ShapeKind,
} from './picture-edits.ts'

export type GestureOptions = {
  frame: PictureEdits
  tool: ShapeKind
  canAdd: boolean
  selected: string | undefined
  zoom: number
  onZoom: (zoom: number) => void
  onSelect: (key: string | undefined) => void
  onChange: (frame: PictureEdits) => void
}

/** What one finger, or the mouse, is doing: drawing something new, moving or pulling what is there. */
type Drag = { shape: Shape; from: Point; act: 'draw' | 'move' | Handle }
type Pinch = { shape: Shape | undefined; distance: number; middle: Point; zoom: number; at: Point }

const middleOf = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
const distanceOf = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y)
const inside = (value: number) => Math.min(1, Math.max(0, value))

/** The pointers on the stage. `frame` is the given one with what is being drawn; `onChange` hears of it once it is done. */
export function useGestures({ frame, tool, canAdd, selected, zoom, onZoom, onSelect, onChange }: GestureOptions) {
  const stage = useRef<HTMLDivElement>(null)
  const viewport = useRef<HTMLDivElement>(null)
  const pointers = useRef(new Map<number, Point>())
  const drag = useRef<Drag | undefined>(undefined)
  const pinch = useRef<Pinch | undefined>(undefined)
  const [shown, setShown] = useState<Shape | undefined>(undefined)
  // A finger may lift before its last move was rendered.
  const pending = useRef<Shape | undefined>(undefined)
  const setPending = (shape: Shape | undefined) => {
    pending.current = shape
    setShown(shape)
  }

  const withShape = (shape: Shape): PictureEdits => ({
    ...frame,
    shapes: frame.shapes.some(({ key }) => key === shape.key)
      ? frame.shapes.map((old) => (old.key === shape.key ? shape : old))
      : [...frame.shapes, shape],
  })
  /** Of the screen's pixels, a place on the picture. */
  const toPlace = ({ x, y }: Point): Point => {
    const box = stage.current?.getBoundingClientRect()
    return box ? { x: inside((x - box.left) / box.width), y: inside((y - box.top) / box.height) } : { x: 0, y: 0 }
  }

  function startPinch() {
    const [a, b] = [...pointers.current.values()]
    if (!a || !b) return
    const middle = middleOf(a, b)
    const place = toPlace(middle)
    const shape = frame.shapes.find(({ key, kind }) => key === selected && kind === tool)
    const bounds = shape && toBounds(shape)
    const isOn =
      bounds && place.x > bounds.left && place.x < bounds.right && place.y > bounds.top && place.y < bounds.bottom
    pinch.current = { shape: isOn ? shape : undefined, distance: distanceOf(a, b), middle, zoom, at: place }
    drag.current = undefined
    setPending(undefined)
  }

  function movePinch({ shape, distance, middle, zoom: from, at }: Pinch) {
    const [a, b] = [...pointers.current.values()]
    const box = stage.current?.getBoundingClientRect()
    if (!a || !b || !box) return
    const now = middleOf(a, b)
    const factor = distanceOf(a, b) / Math.max(distance, 1)
    if (shape) {
      const dx = (now.x - middle.x) / box.width
      const dy = (now.y - middle.y) / box.height
      return setPending(spreadShape(shape, factor, dx, dy))
    }
    onZoom(from * factor)
    // What was between the fingers stays there.
    viewport.current?.scrollBy(box.left + at.x * box.width - now.x, box.top + at.y * box.height - now.y)
  }

  function handleDown(event: PointerEvent<HTMLDivElement>) {
    if (event.button !== 0) return
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
    if (pointers.current.size === 2) return startPinch()
    const target = event.target instanceof Element ? event.target : event.currentTarget
    const from = toPlace({ x: event.clientX, y: event.clientY })
    const key = target.closest<HTMLElement>('[data-shape]')?.dataset['shape']
    const handle = target.closest<HTMLElement>('[data-handle]')?.dataset['handle'] as Handle | undefined
    const shape = frame.shapes.find((old) => old.key === key)
    event.currentTarget.setPointerCapture(event.pointerId)
    if (shape) {
      onSelect(shape.key)
      drag.current = { shape, from, act: handle ?? 'move' }
    } else if (canAdd) {
      drag.current = { shape: { key: createId(), kind: tool, points: [from, from] }, from, act: 'draw' }
    }
  }

  function toDragged({ shape, from, act }: Drag, to: Point): Shape {
    if (act === 'move') return moveShape(shape, to.x - from.x, to.y - from.y)
    if (act !== 'draw') return pullShape(shape, act, to)
    if (shape.kind === 'pen') return { ...shape, points: [...shape.points, to] }
    if (shape.kind === 'arrow') return { ...shape, points: [from, to] }
    const bounds = toBounds({ points: [from, to] })
    return {
      ...shape,
      points: [
        { x: bounds.left, y: bounds.top },
        { x: bounds.right, y: bounds.bottom },
      ],
    }
  }

  function handleMove(event: PointerEvent<HTMLDivElement>) {
    if (!pointers.current.has(event.pointerId)) return
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
    if (pinch.current) return movePinch(pinch.current)
    if (!drag.current) return
    const next = toDragged(drag.current, toPlace({ x: event.clientX, y: event.clientY }))
    // A pen's way grows; everything else is measured from where it began.
    if (next.kind === 'pen' && drag.current.act === 'draw') drag.current = { ...drag.current, shape: next }
    setPending(next)
  }

  function handleUp(event: PointerEvent<HTMLDivElement>) {
    pointers.current.delete(event.pointerId)
    if (pinch.current && pointers.current.size > 0) return
    const isDrawn = drag.current?.act === 'draw'
    const drawn = pending.current
    pinch.current = undefined
    drag.current = undefined
    setPending(undefined)
    if (event.type === 'pointercancel') return
    if (!drawn) {
      if (isDrawn) onSelect(undefined)
      return
    }
    const { left, top, right, bottom } = toBounds(drawn)
    const isTap = right - left < minSide && bottom - top < minSide
    if (isDrawn && isTap) return onSelect(undefined)
    const isThin = isBox(drawn) && (right - left < minSide || bottom - top < minSide)
    const wide = { left, top, right: Math.max(right, left + minSide), bottom: Math.max(bottom, top + minSide) }
    onChange(withShape(isThin ? fitShape(drawn, wide) : drawn))
    onSelect(drawn.key)
  }

  return {
    frame: shown ? withShape(shown) : frame,
    stage,
    viewport,
    handlers: {
      onPointerDown: handleDown,
      onPointerMove: handleMove,
      onPointerUp: handleUp,
      onPointerCancel: handleUp,
    },
  }
}
