import { useEffect, useEffectEvent, useState } from 'react'
import { useMessages } from '../language.tsx'

type Props = { onFiles: (files: File[]) => void; onUrl: (url: string) => void }

const carriesMedia = (transfer: DataTransfer | null) =>
  transfer !== null && (transfer.types.includes('Files') || transfer.types.includes('text/uri-list'))

/** The whole window takes dropped and pasted pictures; text that is pasted wins over a picture of it. */
export function DropTarget({ onFiles, onUrl }: Props) {
  const messages = useMessages()
  const [isOver, setOver] = useState(false)
  const handleFiles = useEffectEvent(onFiles)
  const handleUrl = useEffectEvent(onUrl)

  useEffect(() => {
    let depth = 0
    const leave = () => {
      depth = 0
      setOver(false)
    }
    const on = new AbortController()
    const listen = <K extends keyof WindowEventMap>(type: K, handle: (event: WindowEventMap[K]) => void) =>
      addEventListener(type, handle, { signal: on.signal })
    listen('dragenter', (event) => {
      if (!carriesMedia(event.dataTransfer)) return
      depth += 1
      setOver(true)
    })
    listen('dragover', (event) => {
      if (carriesMedia(event.dataTransfer)) event.preventDefault()
    })
    listen('dragleave', () => {
      depth -= 1
      if (depth <= 0) leave()
    })
    listen('blur', leave)
    listen('drop', (event) => {
      leave()
      if (!carriesMedia(event.dataTransfer)) return
      event.preventDefault()
      const files = [...(event.dataTransfer?.files ?? [])]
      const url = event.dataTransfer?.getData('text/uri-list').split('\n')[0]?.trim()
      if (files.length > 0) handleFiles(files)
      else if (url) handleUrl(url)
    })
    listen('paste', (event) => {
      const files = [...(event.clipboardData?.files ?? [])]
      const text = event.clipboardData?.getData('text/plain').trim() ?? ''
      const isElsewhere = !(event.target instanceof Element && event.target.closest('input, textarea'))
      if (isElsewhere && /^https?:\/\/\S+$/i.test(text)) {
        event.preventDefault()
        handleUrl(text)
        return
      }
      if (files.length === 0 || event.clipboardData?.getData('text/plain')) return
      event.preventDefault()
      handleFiles(files)
    })
    return () => on.abort()
  }, [])

  if (!isOver) return null
  return (
    <div className="pointer-events-none fixed inset-3 z-50 grid place-items-center rounded-3xl border-4 border-dashed border-accent bg-paper/80 font-serif text-3xl">
      {messages.dropHere}
    </div>
  )
}
