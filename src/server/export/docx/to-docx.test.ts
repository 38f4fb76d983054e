import { describe, expect, test } from 'vitest'
import { unzip } from '../../../../e2e/support/unzip.ts'
import type { Run } from '../../../shared/run/run.ts'
import { inThread } from '../../text-workers/in-thread.ts'
import { createDraw } from '../draw-texts.ts'
import type { FilePlace } from '../file-messages.ts'
import { toDocx } from './to-docx.ts'
import { toOmml } from './to-omml.ts'

/** Every element is closed by its own name. */
function expectWellFormed(xml: string) {
  const open: string[] = []
  for (const [, close, name, empty] of xml.matchAll(/<(\/?)([\w:]+)(?:\s+[\w:]+="[^"<]*")*\s*(\/?)>/g)) {
    if (close === '/') expect(open.pop()).toBe(name)
    else if (empty !== '/') open.push(name ?? '')
  }
  expect(open).toEqual([])
  expect(xml.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;|quot;|#39;)/)
}

const place: FilePlace = { language: 'en', hasThinking: true, isDemo: false, labels: new Map() }
const answer = [
  'So **bold** and *slanted* `code` at $x^2$ and \\[ \\int_0^1 \\frac{\\sqrt{x}}{2}\\,dx = \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix} \\]',
  '1. first $a_1$\n2. second\n   - inner [link](https://example.org/?a=1&b=2)',
  '| $q$ | value |\n| --- | --- |\n| 1 | 2 < 3 & 4 |',
  '$$\n\\sum_{k=1}^n k = \\boxed{\\frac{n(n+1)}{2}}\n$$',
  '面积为$S=\\pi r^2$。 \\(\\unknown{x\\)',
].join('\n\n')
const run: Run = {
  id: 'r',
  question: 'What is <x>?\nSecond line\u0007',
  media: [],
  model: 'm',
  thinking: { enabled: true },
  status: 'finished',
  finish: 'stop',
  thinkingText: 'Let $u = v$.',
  answerText: answer,
  createdAt: 1_700_000_000_000,
  lastSeq: 3,
}

test('a Word document is well-formed, holds its pictures, and each formula once as a native equation', async () => {
  const read = async () => new Uint8Array([1, 2, 3])
  const picture = { id: 'p', mime: 'image/png', width: 640, height: 400, read }
  async function* items() {
    yield { run, timeline: '', pictures: [picture] }
  }
  const pieces: Uint8Array[] = []
  for await (const piece of toDocx(items, place, createDraw(inThread, 'v'))) pieces.push(piece)
  const files = unzip(Buffer.concat(pieces))
  for (const [name, bytes] of files) if (/\.(?:xml|rels)$/.test(name)) expectWellFormed(bytes.toString())
  expect(files.get('word/media/picture1.png')).toEqual(Buffer.from([1, 2, 3]))
  const document = files.get('word/document.xml')?.toString() ?? ''
  expect(document.match(/<m:oMath>/g)).toHaveLength(7)
  expect(document).not.toMatch(/\\frac|\\sum|\\begin/)
  expect(document).toContain('2 &lt; 3 &amp; 4')
  for (const name of [
    'm:nary',
    'm:f',
    'm:rad',
    'm:m',
    'm:sSup',
    'm:sSub',
    'm:d',
    'm:borderBox',
    'w:tbl',
    'w:hyperlink',
  ]) {
    expect(document).toContain(`<${name}>`.replace('w:hyperlink>', 'w:hyperlink'))
  }
  expect(files.get('word/_rels/document.xml.rels')?.toString()).toContain('Target="https://example.org/?a=1&amp;b=2"')
})

describe('an equation', () => {
  test.each([
    ['x_1^2', '<m:sSubSup>'],
    ['\\sqrt[3]{x}', '<m:deg><m:r>'],
    ['\\vec{a}', '<m:acc>'],
    ['\\hat{p}', '<m:chr m:val="^"/>'],
    ['\\overset{a}{b}', '<m:limUpp>'],
    ['\\overline{AB}', '<m:bar>'],
    ['\\lim_{x \\to 0} f(x)', '<m:limLow>'],
    ['\\begin{cases} 1 & x > 0 \\\\ 0 & x \\le 0 \\end{cases}', '<m:begChr m:val="{"/>'],
    ['\\binom{n}{k}', '<m:type m:val="noBar"/>'],
    ['\\text{厘米}', '厘米'],
  ])('%s', (tex, part) => {
    const omml = toOmml(tex, true) ?? ''
    expectWellFormed(omml)
    expect(omml).toContain(part)
  })
})
