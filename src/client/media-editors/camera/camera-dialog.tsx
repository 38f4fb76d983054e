import { useEffect, useRef, useState } from 'react'
import { useMessages } from '../../i18n.tsx'
import { Modal } from '../../ui/modal.tsx'
import { grabFrame, playStream, stopStream } from './grab-frame.ts'

type Props = { onDone: (file: File) => void; onCancel: () => void }

/** A picture by the machine's own camera. The camera is on only while this stands open. */
export function CameraDialog({ onDone, onCancel }: Props) {
  const messages = useMessages()
  const words = messages.capture
  const video = useRef<HTMLVideoElement>(null)
  const [status, setStatus] = useState<'opening' | 'ready' | 'failed'>('opening')

  useEffect(() => {
    let stream: MediaStream | undefined
    let isHere = true
    async function open() {
      const found = await navigator.mediaDevices.getUserMedia({
        video: { width: { ideal: 1920 }, height: { ideal: 1080 } },
      })
      stream = found
      if (!isHere || !video.current) return stopStream(found)
      await playStream(video.current, found)
      if (isHere) setStatus('ready')
    }
    open().catch(() => {
      if (isHere) setStatus('failed')
    })
    return () => {
      isHere = false
      if (stream) stopStream(stream)
    }
  }, [])

  const take = async () => {
    if (video.current) onDone(await grabFrame(video.current, words.photo, false))
  }
  return (
    <Modal label={messages.camera} className="max-w-3xl gap-4 rounded-2xl p-4 sm:p-6" onCancel={onCancel}>
      {status === 'failed' ? (
        <p role="alert" className="text-warn">
          {words.failed}
        </p>
      ) : (
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <video ref={video} className="max-h-[70dvh] w-full rounded-lg bg-black" aria-label={words.view} />
      )}
      <div className="flex justify-end gap-2">
        <button type="button" className="button" onClick={onCancel}>
          {messages.framing.cancel}
        </button>
        <button
          type="button"
          className="button button-primary px-6"
          disabled={status !== 'ready'}
          onClick={() => void take()}
        >
          {words.take}
        </button>
      </div>
    </Modal>
  )
}
