import sharp from 'sharp'
import { escapeHtml as esc } from '../../../shared/markdown/to-html.ts'
import { messagesOf } from '../../messages-of.ts'
import type { Draw } from '../draw-texts.ts'
import { charsOf, type FileItems, type FilePicture, type FilePlace } from '../file-messages.ts'
import { toParagraph } from './to-word.ts'
import { toXmlText } from './word-part.ts'
import { toZip, type ZipEntry } from './to-zip.ts'

/** Word holds all of them in memory; further ones are text. */
const maxLinks = 10_000

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

const emuPerPx = 9_525
const maxWidthPx = 600
const maxHeightPx = 500
/** What every Word reads. */
const docxEndings: Record<string, string> = { 'image/png': 'png', 'image/jpeg': 'jpeg' }

const heading = (level: number, size: number) =>
  `<w:style w:type="paragraph" w:styleId="Heading${level}"><w:name w:val="heading ${level}"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="240" w:after="120"/><w:outlineLvl w:val="${level - 1}"/></w:pPr><w:rPr><w:b/><w:sz w:val="${size}"/></w:rPr></w:style>`
const styles = `${declaration}<w:styles ${namespaces}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Microsoft YaHei"/><w:sz w:val="22"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="140" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>${[34, 28, 25, 24, 23, 22].map((size, index) => heading(index + 1, size)).join('')}<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr><w:color w:val="1F5A4E"/><w:u w:val="single"/></w:rPr></w:style></w:styles>`

function toDrawing({ width = 600, height = 400 }: FilePicture, id: number, relation: string, alt: string): string {
  const scale = Math.min(1, maxWidthPx / width, maxHeightPx / height)
  const size = `cx="${Math.round(width * scale * emuPerPx)}" cy="${Math.round(height * scale * emuPerPx)}"`
  const name = `id="${id}" name="${esc(alt)}" descr="${esc(alt)}"`
  return `<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent ${size}/><wp:docPr ${name}/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr ${name}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="${relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext ${size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`
}

const text = (content: string) => [toXmlText(content)]
const toRelations = (relations: string[]) =>
  `${declaration}<Relationships xmlns="${packaged}/relationships">${relations.join('')}</Relationships>`

/** Runs as a Word document: the problem, its solution, its thinking where wanted; formulas are Word's own equations. */
export async function* toDocx(items: FileItems, place: FilePlace, draw: Draw): AsyncGenerator<Uint8Array> {
  const words = messagesOf(place.language)
  const relations = [`<Relationship Id="styles" Type="${office}/relationships/styles" Target="styles.xml"/>`]
  const pictures = new Map<string, { name: string; picture: FilePicture }>()
  let leftLinks = maxLinks

  function toPicture(picture: FilePicture, alt: string, id: number): string {
    let { name } = pictures.get(picture.id) ?? { name: '' }
    if (name === '') {
      name = `picture${pictures.size + 1}`
      const file = `${name}.${docxEndings[picture.mime] ?? 'png'}`
      pictures.set(picture.id, { name: file, picture })
      relations.push(`<Relationship Id="${name}" Type="${office}/relationships/image" Target="media/${file}"/>`)
    }
    return toParagraph(toDrawing(picture, id, name.replace(/\..*/, ''), alt))
  }

  async function* toDocument(): AsyncGenerator<string> {
    yield `${declaration}<w:document ${namespaces}><w:body>`
    let runs = 0
    let drawings = 0
    for await (const { run, pictures: own } of items()) {
      runs += 1
      const linkStart = `link${runs}.`
      const input = { run, isFirst: runs === 1, linkStart, maxLinks: leftLinks, place }
      const { before, after, links } = await draw('toWordPart', input, charsOf(run))
      leftLinks -= links.length
      for (const [index, url] of links.entries()) {
        const target = toXmlText(esc(url))
        relations.push(
          `<Relationship Id="${linkStart}${index + 1}" Type="${office}/relationships/hyperlink" Target="${target}" TargetMode="External"/>`,
        )
      }
      yield before
      for (const [at, picture] of own.entries()) yield toPicture(picture, words.picture(at + 1), (drawings += 1))
      yield after
    }
    yield '<w:sectPr/></w:body></w:document>'
  }

  const images = Object.entries(docxEndings)
    .map(([mime, ending]) => `<Default Extension="${ending}" ContentType="${mime}"/>`)
    .join('')
  const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml'
  const types = `${declaration}<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${images}<Override PartName="/word/document.xml" ContentType="${main}.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="${main}.styles+xml"/></Types>`
  const root = `<Relationship Id="document" Type="${office}/relationships/officeDocument" Target="word/document.xml"/>`

  async function* toEntries(): AsyncGenerator<ZipEntry> {
    yield { name: '[Content_Types].xml', content: text(types) }
    yield { name: '_rels/.rels', content: text(toRelations([root])) }
    yield { name: 'word/styles.xml', content: text(styles) }
    yield { name: 'word/document.xml', content: toDocument() }
    // Only now it is known where links lead and which pictures there are.
    yield { name: 'word/_rels/document.xml.rels', content: [toRelations(relations)] }
    for (const { name, picture } of pictures.values()) {
      yield { name: `word/media/${name}`, content: [await toWordPicture(picture)] }
    }
  }
  yield* toZip(toEntries())
}

async function toWordPicture({ mime, read }: FilePicture): Promise<Uint8Array> {
  const bytes = await read()
  return docxEndings[mime] === undefined ? new Uint8Array(await sharp(bytes).png().toBuffer()) : bytes
}
