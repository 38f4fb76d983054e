import { useEffect, useRef, useState } from 'react'
import { useMessages } from '../../i18n.tsx'
import { Modal } from '../../ui/modal.tsx'
import { openPdf, type Pdf } from './pdf-pages.ts'

type Props = {
  file: File
  /** How many pictures a question still has room for. */
  room: number
  /** The chosen pages, in their order; `isToCrop` where one is to be cropped at once. */
  onDone: (pages: File[], isToCrop: boolean) => void
  onCancel: () => void
}

const pagesAtOnce = 24

/** Pick pages of a PDF by their pictures. */
export function PdfDialog({ file, room, onDone, onCancel }: Props) {
  const messages = useMessages()
  const words = messages.pdf
  const [pdf, setPdf] = useState<Pdf | 'failed' | undefined>(undefined)
  const [shown, setShown] = useState(pagesAtOnce)
  const [chosen, setChosen] = useState<number[]>([])
  const [isBusy, setBusy] = useState(false)

  useEffect(() => {
    let isHere = true
    openPdf(file).then(
      (found) => isHere && setPdf(found),
      () => isHere && setPdf('failed'),
    )
    return () => {
      isHere = false
    }
  }, [file])

  const take = async (pages: number[], isToCrop: boolean) => {
    if (typeof pdf !== 'object') return
    setBusy(true)
    try {
      const pictures: File[] = []
      for (const page of pages.toSorted((a, b) => a - b)) pictures.push(await pdf.readPage(page))
      onDone(pictures, isToCrop)
    } catch {
      setPdf('failed')
    }
  }

  const numbers =
    typeof pdf === 'object' ? Array.from({ length: Math.min(pdf.pages, shown) }, (_, index) => index + 1) : []
  return (
    <Modal label={words.title} className="max-h-[94dvh] max-w-4xl gap-4 rounded-2xl p-4 sm:p-6" onCancel={onCancel}>
      <h2 className="font-serif text-2xl font-semibold">{words.title}</h2>
      {pdf === undefined && <p className="text-ink-soft">{messages.loading}</p>}
      {pdf === 'failed' && (
        <p role="alert" className="text-warn">
          {words.failed}
        </p>
      )}
      {typeof pdf === 'object' && (
        <ul className="grid min-h-0 grid-cols-2 gap-3 overflow-y-auto sm:grid-cols-3 md:grid-cols-4">
          {numbers.map((page) => {
            const isChosen = chosen.includes(page)
            return (
              <li key={page} className="flex flex-col gap-1">
                <button
                  type="button"
                  aria-pressed={isChosen}
                  aria-label={words.page(page)}
                  disabled={!isChosen && chosen.length >= room}
                  className={`relative overflow-hidden rounded-lg border-2 bg-white ${isChosen ? 'border-accent outline-2 outline-accent' : 'border-line'}`}
                  onClick={() => setChosen(isChosen ? chosen.filter((other) => other !== page) : [...chosen, page])}
                >
                  <Thumbnail pdf={pdf} page={page} />
                  {isChosen && (
                    <span
                      aria-hidden="true"
                      className="absolute top-2 right-2 size-7 rounded-full bg-accent font-semibold text-on-accent"
                    >
                      ✓
                    </span>
                  )}
                </button>
                <span className="flex items-center justify-between text-sm">
                  {words.page(page)}
                  <button
                    type="button"
                    className="min-h-8 rounded-full px-2 underline hover:bg-paper-2"
                    aria-label={words.crop(page)}
                    disabled={isBusy || room === 0}
                    onClick={() => void take([page], true)}
                  >
                    {messages.frameShort}
                  </button>
                </span>
              </li>
            )
          })}
        </ul>
      )}
      {typeof pdf === 'object' && pdf.pages > shown && (
        <button type="button" className="button self-center" onClick={() => setShown(shown + pagesAtOnce)}>
          {messages.more}
        </button>
      )}
      <div className="flex flex-wrap items-center justify-end gap-2">
        {chosen.length >= room && <p className="mr-auto text-sm text-ink-soft">{words.full}</p>}
        <button type="button" className="button" onClick={onCancel}>
          {messages.framing.cancel}
        </button>
        <button
          type="button"
          className="button button-primary px-6"
          disabled={chosen.length === 0 || isBusy}
          onClick={() => void take(chosen, false)}
        >
          {isBusy ? messages.loading : words.add(chosen.length)}
        </button>
      </div>
    </Modal>
  )
}

function Thumbnail({ pdf, page }: { pdf: Pdf; page: number }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    let isHere = true
    void pdf.readThumbnail(page).then(
      (picture) => {
        const element = canvas.current
        if (!isHere || !element) return
        element.width = picture.width
        element.height = picture.height
        element.getContext('bitmaprenderer')?.transferFromImageBitmap(picture)
      },
      () => {},
    )
    return () => {
      isHere = false
    }
  }, [pdf, page])
  return <canvas ref={canvas} width={226} height={320} className="h-auto w-full" />
}
