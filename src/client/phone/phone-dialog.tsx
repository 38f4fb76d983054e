import { useEffect, useEffectEvent, useState } from 'react'
import type { Media } from '../../shared/media.ts'
import { createPairing, readPairing, type Pairing } from '../api/pairing.ts'
import { useMessages } from '../language.tsx'
import { Modal } from '../ui/modal.tsx'
import { QrCode } from '../ui/qr-code.tsx'

const everyMs = 1_500

/** A code for the phone's camera; what is taken there comes here. */
export function PhoneDialog({ onDone, onCancel }: { onDone: (media: Media) => void; onCancel: () => void }) {
  const messages = useMessages()
  const words = messages.phone
  const [pairing, setPairing] = useState<Pairing | 'gone' | undefined>(undefined)
  const done = useEffectEvent(onDone)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isHere = true
    const look = async (code: string) => {
      const media = await readPairing(code)
      if (!isHere) return
      if (media) done(media)
      else timer = setTimeout(() => void look(code).catch(() => isHere && setPairing('gone')), everyMs)
    }
    createPairing().then(
      (made) => {
        if (!isHere) return
        setPairing(made)
        if ('code' in made) look(made.code).catch(() => isHere && setPairing('gone'))
      },
      () => isHere && setPairing('gone'),
    )
    return () => {
      isHere = false
      clearTimeout(timer)
    }
  }, [])

  return (
    <Modal label={words.title} className="max-w-md gap-4 rounded-2xl p-6" onCancel={onCancel}>
      <h2 className="font-serif text-2xl font-semibold">{words.title}</h2>
      {pairing === undefined && <p className="text-ink-soft">{messages.loading}</p>}
      {pairing === 'gone' && (
        <p role="alert" className="text-warn">
          {messages.problems['pairing-gone']}
        </p>
      )}
      {typeof pairing === 'object' && 'code' in pairing && (
        <>
          <p>{words.scan}</p>
          <div className="flex justify-center">
            <QrCode text={pairing.url} label={words.code} />
          </div>
          <p className="text-sm break-all text-ink-soft">{pairing.url}</p>
          <p role="status" className="text-sm text-ink-soft">
            {words.waiting}
          </p>
        </>
      )}
      {typeof pairing === 'object' && !('code' in pairing) && (
        <p className="break-words">{words.unreachable(pairing.ownAddress ?? '192.168.1.2', pairing.port)}</p>
      )}
      <button type="button" className="button self-end" onClick={onCancel}>
        {messages.cancel}
      </button>
    </Modal>
  )
}
