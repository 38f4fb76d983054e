import { useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Media } from '../../shared/media.ts'
import { toShownSize } from '../../shared/shown-size.ts'
import { useMessages } from '../i18n.tsx'

const zooms = [1, 1.5, 2, 3, 4]

const toOwnUrl = (id: string) => `/api/media/${id}`

/** The pictures of a question; a click opens one large, where it can be enlarged and scrolled. */
export function Pictures({ media, toUrl = toOwnUrl }: { media: Media[]; toUrl?: (id: string) => string }) {
  const messages = useMessages()
  const dialog = useRef<HTMLDialogElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(0)
  const [zoom, setZoom] = useState(0)
  const current = media[open]
  if (media.length === 0) return null

  /** What was in the middle stays there. */
  const handleZoom = (next: number) => {
    const box = frame.current
    if (!box) return
    const x = (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth
    const y = (box.scrollTop + box.clientHeight / 2) / box.scrollHeight
    flushSync(() => setZoom(next))
    box.scrollTo(x * box.scrollWidth - box.clientWidth / 2, y * box.scrollHeight - box.clientHeight / 2)
  }
  return (
    <>
      <ul className="flex flex-wrap gap-3">
        {media.map((item, index) => (
          <li key={item.id}>
            {item.url !== undefined ? (
              <a
                href={item.url}
                target="_blank"
                rel="noopener noreferrer"
                className="block max-w-64 truncate underline"
              >
                {messages.video.open} · {item.url}
              </a>
            ) : (
              <button
                type="button"
                aria-label={messages.openPicture(index + 1)}
                className="block overflow-hidden rounded-xl border border-line"
                onClick={() => {
                  setOpen(index)
                  setZoom(0)
                  dialog.current?.showModal()
                }}
              >
                <img
                  src={toUrl(item.id)}
                  alt={messages.picture(index + 1)}
                  {...toShownSize(item)}
                  className="h-auto max-h-44 max-w-full"
                />
                {item.frames !== undefined && item.durationMs !== undefined && (
                  <span className="block px-2 py-1 text-xs text-ink-soft">
                    {messages.video.facts(item.durationMs / 1000, item.frames)}
                  </span>
                )}
              </button>
            )}
          </li>
        ))}
      </ul>
      <dialog
        ref={dialog}
        aria-label={messages.picture(open + 1)}
        className="m-auto max-h-[96dvh] max-w-[96vw] rounded-2xl border border-line p-3"
      >
        <div className="mb-2 flex justify-end gap-2">
          <button type="button" className="button" disabled={zoom === 0} onClick={() => handleZoom(zoom - 1)}>
            {messages.zoomOut}
          </button>
          <button
            type="button"
            className="button"
            disabled={zoom === zooms.length - 1}
            onClick={() => handleZoom(zoom + 1)}
          >
            {messages.zoomIn}
          </button>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            {messages.close}
          </button>
        </div>
        {current && (
          <div
            ref={frame}
            className="max-h-[82dvh] overflow-auto"
            tabIndex={0}
            role="group"
            aria-label={messages.picture(open + 1)}
          >
            <img
              src={toUrl(current.id)}
              alt={messages.picture(open + 1)}
              className="mx-auto max-w-none"
              style={{ width: `min(${(zooms[zoom] ?? 1) * 90}vw, ${(zooms[zoom] ?? 1) * (current.width ?? 1000)}px)` }}
            />
          </div>
        )}
      </dialog>
    </>
  )
}
