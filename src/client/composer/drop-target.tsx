import { useEffect, useEffectEvent, useState } from 'react'
import { useMessages } from '../i18n.tsx'
import { readDrop, readPaste } from './read-data-transfer.ts'

type Props = {
  onFiles: (files: File[]) => void
  onUrl: (url: string) => void
  /** Text pasted where no field has the focus. */
  onText?: (text: string) => void
  /** What may be wanted beside or instead: the picture of pasted text, the picture at a pasted address. */
  onOffer?: (offer: File | string) => void
}

/** A drag that ended elsewhere, or was given up, tells nobody; while it lasts it tells many times a second. */
const staleMs = 1_000

const carriesMedia = (transfer: DataTransfer | null) =>
  transfer !== null && (transfer.types.includes('Files') || transfer.types.includes('text/uri-list'))

// Of several boxes on a page the last that was opened is meant.
const mounted: symbol[] = []

/** The whole window takes dropped and pasted pictures. */
export function DropTarget({ onFiles, onUrl, onText, onOffer }: Props) {
  const messages = useMessages()
  const [isOver, setOver] = useState(false)

  const handleDrop = useEffectEvent((transfer: DataTransfer) => {
    const dropped = readDrop(transfer)
    if (dropped.kind === 'files') onFiles(dropped.files)
    else if (dropped.kind === 'url') onUrl(dropped.url)
  })
  const handlePaste = useEffectEvent((event: ClipboardEvent) => {
    if (!event.clipboardData) return
    const pasted = readPaste(event.clipboardData)
    const isInField = event.target instanceof Element && event.target.closest('input, textarea') !== null
    if (pasted.kind === 'files') {
      event.preventDefault()
      onFiles(pasted.files)
    } else if (pasted.kind === 'text') {
      if (!isInField) onText?.(pasted.text)
      if (pasted.picture) onOffer?.(pasted.picture)
    } else if (pasted.kind === 'url' && !isInField) onOffer?.(pasted.url)
  })

  useEffect(() => {
    const self = Symbol('drop target')
    mounted.push(self)
    let isOwn = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const leave = () => {
      clearTimeout(timer)
      setOver(false)
    }
    const on = new AbortController()
    const listen = <K extends keyof WindowEventMap>(type: K, handle: (event: WindowEventMap[K]) => void) =>
      addEventListener(type, (event) => mounted.at(-1) === self && handle(event), { signal: on.signal })
    listen('dragstart', () => {
      isOwn = true
    })
    listen('dragend', () => {
      isOwn = false
    })
    for (const type of ['dragenter', 'dragover'] as const) {
      listen(type, (event) => {
        if (isOwn || !carriesMedia(event.dataTransfer)) return
        event.preventDefault()
        clearTimeout(timer)
        timer = setTimeout(leave, staleMs)
        setOver(true)
      })
    }
    listen('dragleave', (event) => {
      // Out of the window, not onto another element of it.
      if (event.relatedTarget === null) leave()
    })
    listen('blur', leave)
    listen('drop', (event) => {
      leave()
      if (isOwn || !event.dataTransfer || !carriesMedia(event.dataTransfer)) return
      event.preventDefault()
      handleDrop(event.dataTransfer)
    })
    listen('paste', handlePaste)
    return () => {
      mounted.splice(mounted.indexOf(self), 1)
      clearTimeout(timer)
      on.abort()
    }
  }, [])

  if (!isOver) return null
  return (
    <div className="pointer-events-none fixed inset-3 z-50 grid place-items-center rounded-3xl border-4 border-dashed border-accent bg-paper/80 font-serif text-3xl">
      {messages.dropHere}
    </div>
  )
}
