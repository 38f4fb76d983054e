import sharp from 'sharp'
import { en } from '../../../shared/messages/en.ts'
import { zh } from '../../../shared/messages/zh.ts'
import { isEnded } from '../../../shared/run/run.ts'
import type { SharedView } from '../../../shared/share.ts'
import { TextWorkLimit, type TextWork } from '../../text-workers/text-work.ts'
import { createRenderCache } from '../page/render-cache.ts'
import { drawCard, pictureSize, type Card, type CardPicture } from './draw-card.ts'
import { createCardRenderer } from './render-card.ts'

/** So much of the texts can show on a card. */
const maxAnswerChars = 2_000
const maxQuestionChars = 4_000

type ReadMedia = (shareId: string, mediaId: string) => Promise<{ mime: string; bytes: Uint8Array }>

/** The pictures chats show of links, made when first asked for. */
export function createSharePreviews(readMedia: ReadMedia, work: TextWork) {
  const render = createCardRenderer()
  const keep = createRenderCache<Uint8Array>({
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

  /** Without the texts where they take too long. */
  const draw = async (card: Card, owner: string) =>
    await work.run('drawCard', card, { owner, chars: card.answer.length }).catch((error: unknown) => {
      if (error instanceof TextWorkLimit && error.reason !== 'busy')
        return drawCard({ ...card, question: '', answer: '' })
      throw error
    })

  async function make(view: SharedView, owner: string, isDemo: boolean): Promise<Uint8Array> {
    const { question, answerText } = view.run
    const answer = answerText.slice(0, maxAnswerChars)
    const words = /[\u4e00-\u9fff]/.test(question + answer.slice(0, 500)) ? zh : en
    const picture = await toPicture(view)
    const card = {
      question: question.slice(0, maxQuestionChars),
      answer: answer === '' ? (isEnded(view.run) ? words.shared.titleAnswer : words.shared.titleLive) : answer,
      note: isDemo ? words.writtenSample : words.shared.generatedShort,
      appName: words.appName,
      ...(picture && { picture }),
    }
    return await render(await draw(card, owner))
  }

  return async ({ view, owner }: { view: SharedView; owner: string }, isDemo: boolean): Promise<Uint8Array> =>
    await keep(view, String(isDemo), () => make(view, owner, isDemo))
}
