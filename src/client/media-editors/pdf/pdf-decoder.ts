import './pdf-scope.ts'
import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist'
import * as pdfWorker from 'pdfjs-dist/build/pdf.worker.mjs'
import { encodePicture } from '../picture/encode-picture.ts'
import type { PdfReply, PdfTask } from './pdf-task.ts'

// Reading and drawing both happen in this worker; the page's thread does neither.
Object.assign(globalThis, { pdfjsWorker: pdfWorker })
const scope = self as unknown as {
  postMessage: (reply: PdfReply, transfer: Transferable[]) => void
  fonts: FontFaceSet
}

/** What a PDF may need that is not in it: tables of characters, the standard fonts, decoders of rare pictures. */
const extras = import.meta.glob<string>(
  [
    '/node_modules/pdfjs-dist/cmaps/*.bcmap',
    '/node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}',
    '/node_modules/pdfjs-dist/wasm/*.wasm',
  ],
  { query: '?url', import: 'default' },
)
const loaders = new Map(Object.entries(extras).map(([path, load]) => [path.slice(path.lastIndexOf('/') + 1), load]))

class Extras {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const load = loaders.get(filename)
    if (!load) throw new Error(`no ${filename}`)
    return new Uint8Array(await (await fetch(await load())).arrayBuffer())
  }
}

class Canvases {
  create(width: number, height: number) {
    const canvas = new OffscreenCanvas(width, height)
    return { canvas, context: canvas.getContext('2d', { willReadFrequently: true }) }
  }
  reset({ canvas }: { canvas: OffscreenCanvas }, width: number, height: number) {
    Object.assign(canvas, { width, height })
  }
  destroy({ canvas }: { canvas: OffscreenCanvas }) {
    Object.assign(canvas, { width: 0, height: 0 })
  }
}

/** Filters are SVG, which only a page has; what wants one is drawn without. */
class Filters {
  addFilter = () => 'none'
  addHCMFilter = () => 'none'
  addAlphaFilter = () => 'none'
  addLuminosityFilter = () => 'none'
  addKnockoutFilter = () => 'none'
  addHighlightHCMFilter = () => 'none'
  destroy() {}
}

let opened: { key: string; pdf: Promise<PDFDocumentProxy> } | undefined

function open({ key, file }: PdfTask): Promise<PDFDocumentProxy> {
  if (opened?.key !== key) {
    void opened?.pdf.then(
      (pdf) => pdf.destroy(),
      () => {},
    )
    const read = async () =>
      await getDocument({
        data: new Uint8Array(await file.arrayBuffer()),
        isEvalSupported: false,
        verbosity: 0,
        useWorkerFetch: false,
        ownerDocument: { fonts: scope.fonts } as unknown as HTMLDocument,
        CanvasFactory: Canvases,
        FilterFactory: Filters,
        BinaryDataFactory: Extras,
        cMapUrl: '/',
        standardFontDataUrl: '/',
        wasmUrl: '/',
      }).promise
    opened = { key, pdf: read() }
  }
  return opened.pdf
}

async function draw(pdf: PDFDocumentProxy, number: number, toScale: (width: number, height: number) => number) {
  const page = await pdf.getPage(number)
  const size = page.getViewport({ scale: 1 })
  const viewport = page.getViewport({ scale: toScale(size.width, size.height) })
  const canvas = new OffscreenCanvas(Math.max(1, Math.floor(viewport.width)), Math.max(1, Math.floor(viewport.height)))
  const canvasContext = canvas.getContext('2d') as unknown as CanvasRenderingContext2D
  await page.render({ canvas: null, canvasContext, viewport, background: '#ffffff' }).promise
  page.cleanup()
  return canvas
}

async function answer(task: PdfTask): Promise<PdfReply> {
  const pdf = await open(task)
  if (task.kind === 'count') return { pages: pdf.numPages }
  if (task.kind === 'thumbnail') {
    const canvas = await draw(pdf, task.page, (width, height) => task.side / Math.max(width, height))
    return { thumbnail: canvas.transferToImageBitmap() }
  }
  const { scale, maxPixels } = task
  const canvas = await draw(pdf, task.page, (width, height) => Math.min(scale, Math.sqrt(maxPixels / (width * height))))
  return { picture: await encodePicture(canvas, true) }
}

addEventListener('message', async (event: MessageEvent<PdfTask>) => {
  try {
    const reply = await answer(event.data)
    scope.postMessage(reply, 'thumbnail' in reply ? [reply.thumbnail] : [])
  } catch (error) {
    scope.postMessage({ failed: String(error) }, [])
  }
})
