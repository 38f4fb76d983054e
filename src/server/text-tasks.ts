import { checkAnswer } from '../shared/check/check-answer.ts'
import { compareValues } from '../shared/check/compare-values.ts'
import { drawCard, type Card } from './shares/preview/draw-card.ts'
import { toShareHtml, type PageView, type PageContext } from './shares/page/share-html.ts'
import { readArchiveLines } from './export/archive-line.ts'
import { toArchiveRun } from './export/archive-run.ts'
import { toWordPart } from './export/docx/word-part.ts'
import { toHtmlPart } from './export/html-part.ts'
import { toMarkdownPart } from './export/markdown-part.ts'

/** Of its own memory, so that it can be handed over. */
const toBytes = (text: string) => new Uint8Array(Buffer.from(text))

/** What is done with visitors' texts on threads of their own: from data to data, of nothing but their input. */
export const tasks = {
  readArchiveLines,
  checkAnswer,
  compareValues: ({ a, b }: { a: string; b: string }) => compareValues(a, b),
  drawSharePage: ({ page, place }: { page: PageView; place: PageContext }) => toBytes(toShareHtml(page, place)),
  drawCard: (card: Card) => drawCard(card),
  toMarkdownPart,
  toHtmlPart,
  toWordPart,
  toArchiveRun,
}
