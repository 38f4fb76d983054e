import sharp from 'sharp'
import { en } from '../../../shared/messages/en.ts'
import { zh } from '../../../shared/messages/zh.ts'
import { isEnded } from '../../../shared/run.ts'
import type { SharedView } from '../../../shared/share.ts'
import { createKeeper } from '../keep-made.ts'
import { pictureSize, type CardPicture } from './draw-card.ts'
import { createCardRenderer } from './render-card.ts'

type ReadMedia = (shareId: string, mediaId: string) => Promise<{ mime: string; bytes: Uint8Array }>

/** The pictures chats show of links, made when first asked for. */
export function createSharePreviews(readMedia: ReadMedia) {
  const render = createCardRenderer()
  const keep = createKeeper<Uint8Array>({
    freshMs: 5_000,
    maxBytes: 16 * 1024 * 1024,
    sizeOf: (png) => png.byteLength,
  })

  async function toPicture(view: SharedView): Promise<CardPicture | undefined> {
    const [first] = [view.run, ...view.earlier].flatMap((run) => run.media)
    if (first?.kind !== 'image') return undefined
    const { bytes } = await readMedia(view.id, first.id)
    const { data, info } = await sharp(bytes)
      .resize({ ...pictureSize, fit: 'inside' })
      .png()
      .toBuffer({ resolveWithObject: true })
    return { bytes: new Uint8Array(data), width: info.width, height: info.height }
  }

  async function make(view: SharedView, isDemo: boolean): Promise<Uint8Array> {
    const { question, answerText } = view.run
    const words = /[\u4e00-\u9fff]/.test(question + answerText.slice(0, 500)) ? zh : en
    const picture = await toPicture(view)
    return await render({
      question,
      answer: answerText === '' ? (isEnded(view.run) ? words.shared.titleAnswer : words.shared.titleLive) : answerText,
      note: isDemo ? words.writtenSample : words.shared.generatedShort,
      appName: words.appName,
      ...(picture && { picture }),
    })
  }

  return async (view: SharedView, isDemo: boolean): Promise<Uint8Array> =>
    await keep(view, String(isDemo), () => make(view, isDemo))
}
