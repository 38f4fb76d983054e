import { useRef, useState } from 'react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { limits } from '../../shared/config.ts'
import { checkPairing, sendToPairing } from '../api/pairing.ts'
import { isHeic } from '../media-editors/picture/is-heic.ts'
import { renderPictures } from '../media-editors/picture/pictures.ts'
import { noEdits } from '../media-editors/picture/picture-edits.ts'
import { useMessages } from '../i18n.tsx'
import { describeError } from '../api/describe-error.ts'

/** On the phone: one picture for the question on the other device. */
export function PhonePage({ code }: { code: string }) {
  const messages = useMessages()
  const words = messages.phone
  const camera = useRef<HTMLInputElement>(null)
  const photos = useRef<HTMLInputElement>(null)
  const [preview, setPreview] = useState<string | undefined>(undefined)
  const open = useQuery({ queryKey: ['pairing', code], queryFn: () => checkPairing(code), retry: false, gcTime: 0 })
  const send = useMutation({
    mutationFn: async (file: File) => {
      const isReady = !isHeic(file) && file.size <= limits.maxUploadBytes
      const [ready = file] = isReady ? [file] : await renderPictures(file, noEdits, limits.maxSide ** 2)
      setPreview(URL.createObjectURL(ready))
      return await sendToPairing(code, ready, new AbortController().signal)
    },
  })
  const take = (input: HTMLInputElement) => {
    const file = input.files?.[0]
    input.value = ''
    if (file) send.mutate(file)
  }
  const error = send.error ?? open.error
  return (
    <div className="mx-auto flex w-full max-w-md flex-col gap-6 py-10">
      <h1 className="font-serif text-3xl font-semibold">{words.pageTitle}</h1>
      {preview !== undefined && <img src={preview} alt={words.sent} className="max-h-80 rounded-xl object-contain" />}
      {send.isSuccess && (
        <p role="status" className="text-lg">
          {words.sent}
        </p>
      )}
      {error && (
        <p role="alert" className="text-warn">
          {describeError(error, messages)}
        </p>
      )}
      {open.isSuccess && !send.isSuccess && (
        <>
          <p>{words.pageIntro}</p>
          <button
            type="button"
            className="button button-primary min-h-14 justify-center text-lg"
            disabled={send.isPending}
            onClick={() => camera.current?.click()}
          >
            {send.isPending ? messages.uploading : messages.camera}
          </button>
          <button
            type="button"
            className="button min-h-14 justify-center text-lg"
            disabled={send.isPending}
            onClick={() => photos.current?.click()}
          >
            {messages.photos}
          </button>
          <input
            ref={camera}
            type="file"
            hidden
            accept="image/*"
            capture="environment"
            onChange={(event) => take(event.currentTarget)}
          />
          <input ref={photos} type="file" hidden accept="image/*" onChange={(event) => take(event.currentTarget)} />
        </>
      )}
    </div>
  )
}
