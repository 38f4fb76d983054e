import type { Nodes } from 'mdast'
import { gfmAutolinkLiteralFromMarkdown } from 'mdast-util-gfm-autolink-literal'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table'
import { gfmAutolinkLiteral } from 'micromark-extension-gfm-autolink-literal'
import { gfmTable } from 'micromark-extension-gfm-table'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { toTexts, vectors } from '../../../../e2e/support/vectors.ts'
import { unzip } from '../../../../e2e/support/unzip.ts'
import { archiveHeader, toArchiveLine } from '../../../shared/archive.ts'
import type { Run } from '../../../shared/run/run.ts'
import { toDocx } from '../../export/docx/to-docx.ts'
import { toArchiveRun } from '../../export/archive-run.ts'
import { createDraw } from '../../export/draw-texts.ts'
import type { FileItem, FileItems, FilePlace } from '../../export/file-messages.ts'
import { toHtmlFile } from '../../export/to-html-file.ts'
import { toMarkdown } from '../../export/to-markdown.ts'
import { inThread } from '../../text-workers/in-thread.ts'
import { findStrange, type Allowed } from './find-strange.ts'

/** Some at a time, before what swallows all that follows. */
const texts = toTexts(40)

const place: FilePlace = { language: 'en', hasThinking: true, isDemo: false, labels: new Map() }
const draw = createDraw(inThread, 'v')
const toItem = (text: string): FileItem => ({
  run: {
    id: 'r',
    question: text,
    media: [],
    model: text.slice(0, 200),
    thinking: { enabled: true },
    status: 'finished',
    finish: 'stop',
    thinkingText: text,
    answerText: text,
    createdAt: 0,
    lastSeq: 9,
    isImported: true,
  } satisfies Run,
  timeline: '',
  pictures: [{ id: 'p', mime: 'image/png', width: 6, height: 4, read: async () => new Uint8Array([1, 2, 3]) }],
})

const toItems = (text: string): FileItems =>
  async function* () {
    yield toItem(text)
  }
async function* toArchive({ run, timeline }: FileItem) {
  yield toArchiveLine(archiveHeader)
  yield toArchiveRun({ run, timeline, hasThinking: true })
}
async function join(pieces: AsyncIterable<string | Uint8Array>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(Buffer.from(piece as Uint8Array))
  return Buffer.concat(all)
}
const toPage = async (text: string) =>
  (await join(toHtmlFile(toItems(text), toArchive(toItem(text)), place, draw))).toString()
const toText = async (text: string) => (await join(toMarkdown(toItems(text), place, draw))).toString()

const inPage: Omit<Allowed, 'isOwnText'> = {
  elements: {
    html: 'lang',
    head: '',
    meta: 'charset name content http-equiv',
    title: '',
    style: '',
    script: 'type id',
    body: 'data-play data-pause data-replay data-position data-speed',
    article: 'id',
    details: '',
    summary: '',
    img: 'src alt width height',
  },
  isOwnUrl: (url) => url === 'data:image/png;base64,AQID',
}
/** What stands in an element, as the tokenizer sees it: up to the first end tag. */
const textsIn = (html: string) =>
  [...html.matchAll(/<(?:script|style)[^>]*>([^]*?)<\/(?:script|style)>/g)].map(([, text]) => text ?? '')

test(`an exported page holds ${vectors.length} vectors as text, beside its own script and its own policy`, async () => {
  const own = textsIn(await toPage('x'))
  expect(own).toHaveLength(3)
  const isOwnText = (text: string) => text === own[0] || text === own[2] || text.startsWith('\n{"type":"showwork"')
  for (const text of texts) {
    const html = await toPage(text)
    expect(findStrange(html, { ...inPage, isOwnText }), text).toEqual([])
    expect(html.match(/<meta http-equiv=/g), text).toHaveLength(2)
    // What is to be imported again is one JSON object a line, and not a tag among them.
    const lines = textsIn(html)[1]?.trim().split('\n') ?? []
    expect(lines, text).toHaveLength(2)
    expect(JSON.parse(lines[1] ?? ''), text).toMatchObject({ answerText: text })
  }
})

/** As somebody else's program reads it: HTML counts, tables too. */
function findActive(markdown: string, isGfm: boolean): string[] {
  const active: string[] = []
  const walk = (node: Nodes) => {
    if (node.type === 'html') active.push(node.value)
    if (node.type === 'image' || (node.type === 'imageReference' && !node.identifier.startsWith('picture-'))) {
      active.push(`image ${node.alt ?? ''}`)
    }
    const isPicture = node.type === 'definition' && node.url === 'data:image/png;base64,AQID'
    if ('url' in node && !isPicture && !/^(https?:|mailto:)/i.test(node.url)) active.push(node.url)
    if ('children' in node) node.children.forEach(walk)
  }
  const gfm = {
    extensions: [gfmTable(), gfmAutolinkLiteral()],
    mdastExtensions: [gfmTableFromMarkdown(), gfmAutolinkLiteralFromMarkdown()],
  }
  walk(fromMarkdown(markdown, isGfm ? gfm : {}))
  return active
}
const pictures = (markdown: string) => markdown.match(/^!\[Picture 1\]\[picture-1\]$/gm) ?? []

test(`exported as Markdown, ${vectors.length} vectors are neither HTML nor pictures nor links that run something`, async () => {
  expect(findActive('<b>x</b> ![x](https://a.example) [x](javascript:x)', true)).toHaveLength(4)
  for (const text of texts) {
    const markdown = await toText(text)
    expect(findActive(markdown, true), text).toEqual([])
    expect(findActive(markdown, false), text).toEqual([])
    expect(pictures(markdown), text).toHaveLength(1)
  }
})

test('so it is for whatever is put together of such pieces', async () => {
  const pieces = fc.constantFrom(
    ...'` `` ``` ~~~ $ $$ \\( \\) \\[ \\] \\ < > ! [ ] ( ) | * - > # & : "'.split(' '),
    '\n',
    '\n\n',
    '    ',
    '<img src=x>',
    '<b>',
    '<!--',
    '-->',
    '![x](https://a.example)',
    '[x](javascript:x)',
    '[a]: javascript:x',
    '![x][a]',
    '[a]:\nhttps://a.example',
    '\n- ',
    '\n> ',
    '| a | b |\n| - | - |\n',
    'text',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 16 }), async (tokens) => {
      const text = tokens.join('')
      const markdown = await toText(text)
      for (const isGfm of [true, false]) expect(findActive(markdown, isGfm), markdown).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test.each([
  'so $a<b$, $0<x<1$ and $n![k]$',
  'A list:\n\n1. `vector<int>` and **bold**\n2. [link](https://example.org) at a<b\n\n```html\n<b>![x](y)</b>\n```',
  '| a | b |\n|--|--|\n| $x$ | 1 < 2 |\n\n> quote\n\n[a]: https://example.org',
  '- [ ] open\n- [x] done\n\n***\n\nlast',
])('what harms nobody stays as it is written: %j', async (text) => {
  const markdown = await toText(text)
  expect(markdown.split(text).length).toBeGreaterThanOrEqual(4)
})

/** Elements and attributes of an XML file; throws where it is not well-formed. */
function readXml(xml: string): { name: string; attributes: Record<string, string> }[] {
  const found: { name: string; attributes: Record<string, string> }[] = []
  const parser = new SaxesParser({ xmlns: false })
  parser.on('opentag', ({ name, attributes }) => found.push({ name, attributes }))
  parser.on('error', (error) => {
    throw error
  })
  parser.on('doctype', (text) => {
    throw new Error(text)
  })
  parser.write(xml).close()
  return found
}

test(`a Word document of ${vectors.length} vectors is well-formed, runs nothing and leads to the web at most`, async () => {
  for (const text of texts) {
    const files = unzip(await join(toDocx(toItems(text), place, draw)))
    expect([...files.keys()].sort()).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'word/_rels/document.xml.rels',
      'word/document.xml',
      'word/media/picture1.png',
      'word/styles.xml',
    ])
    for (const [name, bytes] of files) if (!name.endsWith('.png')) readXml(bytes.toString())
    for (const { name } of readXml(files.get('word/document.xml')?.toString() ?? '')) {
      expect(name).not.toMatch(/fld|instr|object|control|ole|altChunk|subDoc|script|attachedTemplate|movie/i)
    }
    for (const { name, attributes } of readXml(files.get('word/_rels/document.xml.rels')?.toString() ?? '')) {
      if (name !== 'Relationship') continue
      const kind = attributes['Type']?.split('/').at(-1)
      const target = attributes['Target'] ?? ''
      if (kind === 'hyperlink') expect(target, text).toMatch(/^(https?:|mailto:)/i)
      else {
        expect([kind, attributes['TargetMode']]).toEqual([expect.stringMatching(/^(styles|image)$/), undefined])
        expect(target).toMatch(/^(styles\.xml|media\/picture1\.png)$/)
      }
    }
  }
})
