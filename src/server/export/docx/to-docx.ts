import { escapeHtml as esc } from '../../../shared/markdown/to-html.ts'
import {
  toEndLine,
  toSourceLine,
  toThinkingLabel,
  type FilePicture,
  type FilePlace,
  type FileRun,
} from '../file-messages.ts'
import { toParagraph, toTextParagraph, toWord, type Links } from './to-word.ts'
import { toZip, type ZipEntry } from './to-zip.ts'

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006'
const packaged = 'http://schemas.openxmlformats.org/package/2006'
const namespaces = [
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
  `xmlns:r="${office}/relationships"`,
  `xmlns:m="${office}/math"`,
  'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"',
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"',
  'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"',
].join(' ')

/** XML knows no other control characters, wherever they come from. */
const toXmlText = (text: string) => text.toWellFormed().replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu, '')

const emuPerPx = 9_525
const maxWidthPx = 600
const maxHeightPx = 500
/** What every Word reads. */
export const docxEndings: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpeg' }

const heading = (level: number, size: number) =>
  `<w:style w:type="paragraph" w:styleId="Heading${level}"><w:name w:val="heading ${level}"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="240" w:after="120"/><w:outlineLvl w:val="${level - 1}"/></w:pPr><w:rPr><w:b/><w:sz w:val="${size}"/></w:rPr></w:style>`
const styles = `${declaration}<w:styles ${namespaces}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Microsoft YaHei"/><w:sz w:val="22"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="140" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>${[34, 28, 25, 24, 23, 22].map((size, index) => heading(index + 1, size)).join('')}<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr><w:color w:val="1F5A4E"/><w:u w:val="single"/></w:rPr></w:style></w:styles>`

function toDrawing({ width = 600, height = 400 }: FilePicture, id: number, relation: string, alt: string): string {
  const scale = Math.min(1, maxWidthPx / width, maxHeightPx / height)
  const size = `cx="${Math.round(width * scale * emuPerPx)}" cy="${Math.round(height * scale * emuPerPx)}"`
  const name = `id="${id}" name="${esc(alt)}" descr="${esc(alt)}"`
  return `<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent ${size}/><wp:docPr ${name}/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr ${name}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="${relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext ${size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`
}

/** Runs as a Word document: the problem, its solution, its thinking where wanted; formulas are Word's own equations. */
export async function toDocx(items: FileRun[], place: FilePlace): Promise<Uint8Array> {
  const { words, hasThinking } = place
  const relations: string[] = [`<Relationship Id="styles" Type="${office}/relationships/styles" Target="styles.xml"/>`]
  const files: ZipEntry[] = []
  const links: Links = {
    add(url) {
      const id = `link${relations.length}`
      relations.push(
        `<Relationship Id="${id}" Type="${office}/relationships/hyperlink" Target="${esc(url)}" TargetMode="External"/>`,
      )
      return id
    },
  }
  const body: string[] = []
  for (const [index, { run, pictures }] of items.entries()) {
    const parts = [toTextParagraph(run.question, index === 0 ? 'Heading1' : 'Heading2')]
    for (const [at, picture] of pictures.entries()) {
      const name = `picture${files.length + 1}`
      files.push({ name: `word/media/${name}.${docxEndings[picture.mime] ?? 'png'}`, bytes: picture.bytes })
      relations.push(
        `<Relationship Id="${name}" Type="${office}/relationships/image" Target="media/${name}.${docxEndings[picture.mime] ?? 'png'}"/>`,
      )
      parts.push(toParagraph(toDrawing(picture, files.length, name, words.picture(at + 1))))
    }
    parts.push(toTextParagraph(words.answer, 'Heading3'), await toWord(run.answerText, links))
    const end = toEndLine(run, words)
    if (end !== undefined) parts.push(toTextParagraph(end))
    if (hasThinking && run.thinkingText.trim() !== '') {
      parts.push(toTextParagraph(toThinkingLabel(run, words), 'Heading3'), await toWord(run.thinkingText, links))
    }
    parts.push(toTextParagraph(toSourceLine(run, place)))
    body.push(parts.join(''))
  }
  const text = (name: string, content: string): ZipEntry => ({
    name,
    bytes: new TextEncoder().encode(toXmlText(content)),
  })
  const images = Object.entries(docxEndings)
    .map(([mime, ending]) => `<Default Extension="${ending}" ContentType="${mime}"/>`)
    .join('')
  const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml'
  return toZip([
    text(
      '[Content_Types].xml',
      `${declaration}<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${images}<Override PartName="/word/document.xml" ContentType="${main}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="${main}.styles+xml"/></Types>`,
    ),
    text(
      '_rels/.rels',
      `${declaration}<Relationships xmlns="${packaged}/relationships"><Relationship Id="document" Type="${office}/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    ),
    text(
      'word/document.xml',
      `${declaration}<w:document ${namespaces}><w:body>${body.join('')}<w:sectPr/></w:body></w:document>`,
    ),
    text('word/styles.xml', styles),
    text(
      'word/_rels/document.xml.rels',
      `${declaration}<Relationships xmlns="${packaged}/relationships">${relations.join('')}</Relationships>`,
    ),
    ...files,
  ])
}
