import { useEffect, useEffectEvent, useState } from 'react'
import type { Media } from '../../../shared/media.ts'
import { createPairing, readPairing, type Pairing } from '../../api/pairing.ts'
import { ApiError } from '../../api/request.ts'
import { useMessages } from '../../i18n.tsx'
import { describeError } from '../../api/describe-error.ts'
import { Modal } from '../../ui/modal.tsx'
import { QrCode } from '../../ui/qr-code.tsx'

const everyMs = 1_500

/** A code for the phone's camera; what is taken there comes here. */
export function PhoneDialog({ onDone, onCancel }: { onDone: (media: Media) => void; onCancel: () => void }) {
  const messages = useMessages()
  const words = messages.phone
  const [pairing, setPairing] = useState<Pairing | undefined>(undefined)
  const [error, setError] = useState<unknown>(undefined)
  const done = useEffectEvent(onDone)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isHere = true
    async function pair() {
      const made = await createPairing()
      if (isHere) setPairing(made)
      while (isHere && 'code' in made) {
        const media = await readPairing(made.code).catch((failure: unknown) => {
          // A network that is away for a while ends nothing.
          if (!(failure instanceof ApiError) || failure.code !== 'offline') throw failure
        })
        if (isHere && media) return done(media)
        await new Promise((resolve) => {
          timer = setTimeout(resolve, everyMs)
        })
      }
    }
    pair().catch((failure: unknown) => isHere && setError(failure))
    return () => {
      isHere = false
      clearTimeout(timer)
    }
  }, [])

  return (
    <Modal label={words.title} className="max-w-md gap-4 rounded-2xl p-6" onCancel={onCancel}>
      <h2 className="font-serif text-2xl font-semibold">{words.title}</h2>
      {pairing === undefined && error === undefined && <p className="text-ink-soft">{messages.loading}</p>}
      {error !== undefined && (
        <p role="alert" className="text-warn">
          {describeError(error, messages)}
        </p>
      )}
      {error === undefined && pairing && 'code' in pairing && (
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
      {pairing && !('code' in pairing) && (
        <p className="break-words">{words.unreachable(pairing.ownAddress ?? '192.168.1.2', pairing.port)}</p>
      )}
      <button type="button" className="button self-end" onClick={onCancel}>
        {messages.cancel}
      </button>
    </Modal>
  )
}
