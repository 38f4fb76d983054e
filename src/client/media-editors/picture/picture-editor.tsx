import { useEffect, useEffectEvent, useState } from 'react'
import { useMessages } from '../../i18n.tsx'
import { Modal } from '../../ui/modal.tsx'
import { createId } from '../../create-id.ts'
import { createShape, isUnedited, turnFrame, noEdits, type PictureEdits, type ShapeKind } from './picture-edits.ts'
import type { Preview } from './picture-task.ts'
import { analysePicture } from './pictures.ts'
import { ShapeList } from './shape-list.tsx'
import { EditorCanvas } from './editor-canvas.tsx'

type Props = {
  readFile: () => Promise<File>
  frame: PictureEdits | undefined
  /** How many crops a question still has room for. */
  maxCrops: number
  maxPixels: number
  onDone: (file: File, frame: PictureEdits) => void
  onCancel: () => void
}

const tools: ShapeKind[] = ['crop', 'cover', 'arrow', 'pen']
const maxStraighten = 15
const zooms = { min: 1, max: 6 }

/** Crop, turn, cover and mark a picture before it is sent. Nothing leaves the browser until Done. */
export function PictureEditor({ readFile, frame: given, maxCrops, maxPixels, onDone, onCancel }: Props) {
  const messages = useMessages()
  const words = messages.framing
  const [opened, setOpened] = useState<{ file: File; look: Preview } | 'failed' | undefined>(undefined)
  const [frame, setFrame] = useState(given ?? noEdits)
  const [past, setPast] = useState<PictureEdits[]>([])
  const [tool, setTool] = useState<ShapeKind>('crop')
  const [selected, setSelected] = useState<string | undefined>(undefined)
  const [zoom, setZoom] = useState(1)

  const open = useEffectEvent(async () => {
    const file = await readFile()
    return { file, look: await analysePicture(file, maxPixels) }
  })
  useEffect(() => {
    let isHere = true
    open().then(
      (found) => isHere && setOpened(found),
      () => isHere && setOpened('failed'),
    )
    return () => {
      isHere = false
    }
  }, [])

  const commit = (next: PictureEdits) => {
    // A slider on its way is one step to undo.
    const isSliding = frame.straighten !== next.straighten && past.at(-1)?.shapes === frame.shapes
    if (!isSliding) setPast((before) => [...before, frame])
    setFrame(next)
  }
  const undo = () => {
    const before = past.at(-1)
    if (!before) return
    setPast(past.slice(0, -1))
    setFrame(before)
  }
  const crops = frame.shapes.filter(({ kind }) => kind === 'crop').length
  const isFull = tool === 'crop' && crops >= maxCrops
  const add = () => {
    const shape = createShape(createId(), tool)
    commit({ ...frame, shapes: [...frame.shapes, shape] })
    setSelected(shape.key)
  }
  const remove = (key: string) => commit({ ...frame, shapes: frame.shapes.filter((shape) => shape.key !== key) })

  return (
    <Modal
      label={words.title}
      className="h-[100dvh] max-h-none max-w-5xl gap-3 p-3 sm:h-[94dvh] sm:rounded-2xl sm:p-5"
      onCancel={onCancel}
      onKeyDown={(event) => {
        if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        undo()
      }}
    >
      <div className="flex flex-wrap items-center gap-2">
        <fieldset className="flex gap-1 rounded-full border border-line p-1">
          <legend className="sr-only">{words.tool}</legend>
          {tools.map((kind) => (
            <label
              key={kind}
              className="flex min-h-9 cursor-pointer items-center rounded-full px-3 text-sm has-checked:bg-accent has-checked:text-on-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name="tool"
                className="sr-only"
                checked={tool === kind}
                onChange={() => setTool(kind)}
              />
              {words.kinds[kind]}
            </label>
          ))}
        </fieldset>
        <button type="button" className="button" disabled={isFull || opened === undefined} onClick={add}>
          {words.add[tool]}
        </button>
        <span className="ml-auto flex gap-2">
          <button
            type="button"
            className="button"
            disabled={zoom <= zooms.min}
            onClick={() => setZoom(Math.max(zooms.min, zoom / 1.5))}
          >
            {messages.zoomOut}
          </button>
          <button
            type="button"
            className="button"
            disabled={zoom >= zooms.max}
            onClick={() => setZoom(Math.min(zooms.max, zoom * 1.5))}
          >
            {messages.zoomIn}
          </button>
        </span>
      </div>
      {opened === undefined && <p className="m-auto text-ink-soft">{messages.loading}</p>}
      {opened === 'failed' && (
        <p role="alert" className="m-auto text-warn">
          {words.failed}
        </p>
      )}
      {typeof opened === 'object' && (
        <EditorCanvas
          look={opened.look}
          frame={frame}
          tool={tool}
          canAdd={!isFull}
          selected={selected}
          zoom={zoom}
          onZoom={(next) => setZoom(Math.min(zooms.max, Math.max(zooms.min, next)))}
          onSelect={setSelected}
          onChange={commit}
        />
      )}
      <ShapeList shapes={frame.shapes} onRemove={remove} />
      <div className="flex flex-wrap items-center gap-2">
        <button type="button" className="button" onClick={() => commit(turnFrame(frame, -1))}>
          {words.turnLeft}
        </button>
        <button type="button" className="button" onClick={() => commit(turnFrame(frame, 1))}>
          {words.turnRight}
        </button>
        <label className="flex min-h-10 items-center gap-2 text-sm">
          {words.straighten}
          <input
            type="range"
            className="w-32 accent-(--accent)"
            min={-maxStraighten}
            max={maxStraighten}
            step={0.5}
            value={frame.straighten}
            aria-valuetext={words.degrees(frame.straighten)}
            onChange={(event) => commit({ ...frame, straighten: Number(event.target.value) })}
          />
          <span className="w-12 tabular-nums text-ink-soft">{words.degrees(frame.straighten)}</span>
        </label>
        <button type="button" className="button" disabled={past.length === 0} onClick={undo}>
          {messages.undo}
        </button>
        <button type="button" className="button" disabled={isUnedited(frame)} onClick={() => commit(noEdits)}>
          {words.original}
        </button>
        <span className="ml-auto flex gap-2">
          <button type="button" className="button" onClick={onCancel}>
            {words.cancel}
          </button>
          <button
            type="button"
            className="button button-primary px-6"
            disabled={typeof opened !== 'object'}
            onClick={() => {
              if (typeof opened === 'object') onDone(opened.file, frame)
            }}
          >
            {crops > 1 ? words.doneCrops(crops) : words.done}
          </button>
        </span>
      </div>
      <p className="text-xs text-ink-soft max-sm:hidden">{words.help}</p>
    </Modal>
  )
}
