import { useRef, useState } from 'react'
import { useMessages } from '../i18n.tsx'
import { createImeGuard } from '../ui/is-composing.ts'
import { isTouch } from '../ui/is-touch.ts'

type Props = {
  onFiles: (files: File[]) => void
  /** False where it is refused. */
  onUrl: (url: string) => Promise<boolean>
  onCamera: () => void
  onScreen: () => void
  onPhone: () => void
}

const ime = createImeGuard()
const types = 'image/jpeg,image/png,image/webp,image/gif,image/avif,image/tiff,image/bmp,application/pdf,video/*'
// Safari hands a HEIC over as JPEG where it is not asked for; the others grey it out.
const accept = 'GestureEvent' in globalThis ? types : `${types},image/heic,image/heif,.heic,.heif`
/** Over plain http, but on this machine, browsers withhold these. */
const canUse = (way: 'getUserMedia' | 'getDisplayMedia') =>
  typeof (navigator.mediaDevices as Partial<MediaDevices> | undefined)?.[way] === 'function'

/** Every way to bring a picture in by hand: files, the phone's camera, an address. */
export function AddMedia({ onFiles, onUrl, onCamera, onScreen, onPhone }: Props) {
  const messages = useMessages()
  const files = useRef<HTMLInputElement>(null)
  const camera = useRef<HTMLInputElement>(null)
  const [url, setUrl] = useState('')
  const [hasTouch] = useState(isTouch)
  const take = (input: HTMLInputElement) => {
    const chosen = [...(input.files ?? [])]
    // The same file again is a change too.
    input.value = ''
    onFiles(chosen)
  }
  const handleUrl = async () => {
    const tried = url.trim()
    if (tried === '') return
    setUrl('')
    // What is refused is there again, to be mended.
    if (!(await onUrl(tried))) setUrl((now) => now || tried)
  }
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <button
        type="button"
        className="button"
        aria-label={hasTouch ? `${messages.photos}: ${messages.addMedia}` : undefined}
        onClick={() => files.current?.click()}
      >
        {hasTouch ? messages.photos : messages.addMedia}
      </button>
      <input ref={files} type="file" multiple hidden accept={accept} onChange={(event) => take(event.currentTarget)} />
      {!hasTouch && canUse('getUserMedia') && (
        <button type="button" className="button" onClick={onCamera}>
          {messages.camera}
        </button>
      )}
      {!hasTouch && canUse('getDisplayMedia') && (
        <button type="button" className="button" onClick={onScreen}>
          {messages.capture.screen}
        </button>
      )}
      {!hasTouch && (
        <button type="button" className="button" onClick={onPhone}>
          {messages.phone.fromPhone}
        </button>
      )}
      {hasTouch && (
        <>
          <button type="button" className="button" onClick={() => camera.current?.click()}>
            {messages.camera}
          </button>
          <input
            ref={camera}
            type="file"
            hidden
            accept="image/*"
            capture="environment"
            onChange={(event) => take(event.currentTarget)}
          />
        </>
      )}
      <input
        type="text"
        inputMode="url"
        aria-label={messages.mediaUrl}
        placeholder={messages.mediaUrlPlaceholder}
        className="field min-w-40 grow text-sm"
        value={url}
        onChange={(event) => setUrl(event.target.value)}
        onCompositionEnd={ime.noteCompositionEnd}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || ime.isComposing(event.nativeEvent)) return
          event.preventDefault()
          void handleUrl()
        }}
      />
      {url.trim() !== '' && (
        <button type="button" className="button" onClick={() => void handleUrl()}>
          {messages.fetchUrl}
        </button>
      )}
    </div>
  )
}
