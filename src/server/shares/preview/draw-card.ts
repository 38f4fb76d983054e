import type { Node } from '@takumi-rs/core'
import { splitQuote } from '../../../shared/markdown/split-quote.ts'
import { toPlainText } from '../../../shared/markdown/to-plain-text.ts'
import { column, row, text } from './layout.ts'
import { drawAnswer } from './draw-answer.ts'

export const cardSize = { width: 1200, height: 630 }
/** Room for the picture of the problem, at its largest. */
export const pictureSize = { width: 380, height: 400 }

const colours = { paper: '#fbf9f4', ink: '#1d2422', soft: '#59625e', accent: '#1f5a4e', line: '#ddd6c7' }

export type CardPicture = { bytes: Uint8Array; width: number; height: number }
export type Card = { question: string; answer: string; note: string; appName: string; picture?: CardPicture }

/** What a chat shows of a link: the question, its picture and the beginning of the answer. */
export function drawCard({ question, answer, note, appName, picture }: Card): Node {
  const heading = toPlainText(splitQuote(question).rest, picture ? 90 : 130)
  const left = column(
    [
      ...(heading === ''
        ? []
        : [
            text(heading, {
              whiteSpace: 'normal',
              fontSize: heading.length > 60 ? 36 : 44,
              fontWeight: 700,
              lineHeight: 1.25,
              marginBottom: 22,
            }),
          ]),
      column(drawAnswer(answer), { fontSize: heading === '' ? 32 : 28, gap: 10 }),
    ],
    { flexGrow: 1, flexShrink: 1, flexBasis: 0, minWidth: 0 },
  )
  const body = row(
    [
      left,
      ...(picture
        ? [
            {
              type: 'image' as const,
              src: picture.bytes,
              width: picture.width,
              height: picture.height,
              style: { borderRadius: 14, border: `2px solid ${colours.line}`, flexShrink: 0 },
            },
          ]
        : []),
    ],
    { alignItems: 'flex-start', gap: 44, flexGrow: 1, flexShrink: 1, flexBasis: 0, overflow: 'hidden' },
  )
  const fade = column([], {
    position: 'absolute',
    left: 0,
    right: 0,
    bottom: 78,
    height: 70,
    backgroundImage: `linear-gradient(to bottom, rgba(251, 249, 244, 0), ${colours.paper})`,
  })
  const foot = row(
    [
      text(appName, { fontWeight: 700, color: colours.accent, fontSize: 26 }),
      text(note, { color: colours.soft, fontSize: 22 }),
    ],
    { justifyContent: 'space-between', height: 78, backgroundColor: colours.paper },
  )
  return column([body, fade, foot], {
    ...cardSize,
    position: 'relative',
    padding: '52px 60px 0 60px',
    backgroundColor: colours.paper,
    color: colours.ink,
    fontFamily: 'KaTeX_Text, Noto Sans SC, KaTeX_Main, KaTeX_AMS',
    overflow: 'hidden',
  })
}
